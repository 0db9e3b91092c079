package dev.berth.provisioner.groupsnapshot;

import dev.berth.provisioner.cluster.Notice;
import dev.berth.provisioner.cluster.extension.VolumeGroupSnapshot;
import dev.berth.provisioner.cluster.extension.VolumeGroupSnapshotClass;
import dev.berth.provisioner.cluster.extension.VolumeGroupSnapshotContent;
import dev.berth.provisioner.csi.InvalidRequestException;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.snapshot.Names;
import dev.berth.provisioner.snapshot.SnapshotSecrets;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.SecretReference;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What comes before a group is cut: class, claims, their protection, content. Pure. */
final class GroupCutting {
  private static final String FAILED = "GroupSnapshotContentCreationFailed";

  private final String driver;

  GroupCutting(String driver) {
    this.driver = driver;
  }

  GroupStep begin(GroupSeen seen) {
    VolumeGroupSnapshot group = seen.group();
    if (seen.sources().isEmpty()) {
      return new GroupStep.Report(
          FAILED,
          "spec.source.selector: no claim of the namespace has these labels; label the claims, or"
              + " correct the selector");
    }
    if (group.getSpec().volumeGroupSnapshotClassName() == null) {
      return choose(seen);
    }
    if (seen.klass().isEmpty()) {
      return new GroupStep.Report(
          "GetGroupSnapshotClassFailed",
          "volumegroupsnapshotclass.groupsnapshot.storage.k8s.io \""
              + group.getSpec().volumeGroupSnapshotClassName()
              + "\" not found; apply it");
    }
    VolumeGroupSnapshotClass klass = seen.klass().get();
    if (!klass.driver().equals(driver)) {
      return new GroupStep.Nothing(); // its own controller
    }
    Optional<GroupSeen.Source> other =
        seen.sources().stream().filter(source -> !isOurs(source)).findFirst();
    return other
        .<GroupStep>map(
            source ->
                new GroupStep.Report(
                    FAILED,
                    "claim "
                        + source.claim().key().name()
                        + " is not bound to a volume of driver "
                        + driver
                        + "; all claims of a group must be"))
        .orElseGet(() -> cut(seen, klass));
  }

  private boolean isOurs(GroupSeen.Source source) {
    return source.claim().phase().equals("Bound")
        && source
            .volume()
            .flatMap(volume -> volume.csi())
            .filter(csi -> driver.equals(csi.getDriver()))
            .isPresent();
  }

  private static GroupStep choose(GroupSeen seen) {
    if (seen.defaults().size() != 1) {
      String many =
          seen.defaults().stream()
              .map(VolumeGroupSnapshotClass::name)
              .collect(Collectors.joining(", "));
      return new GroupStep.Report(
          "SetDefaultGroupSnapshotClassFailed",
          seen.defaults().isEmpty()
              ? "cannot find a default group snapshot class: name one in"
                  + " spec.volumeGroupSnapshotClassName, or mark one with "
                  + GroupNames.DEFAULT_CLASS
                  + ": \"true\""
              : "there are several default group snapshot classes: "
                  + many
                  + "; name one in spec.volumeGroupSnapshotClassName");
    }
    VolumeGroupSnapshot group = seen.group();
    return new GroupStep.Write(
        group.with(
            new VolumeGroupSnapshot.Spec(
                group.getSpec().source(), seen.defaults().getFirst().name())));
  }

  private static GroupStep cut(GroupSeen seen, VolumeGroupSnapshotClass klass) {
    Optional<Claim> open =
        seen.sources().stream()
            .map(GroupSeen.Source::claim)
            .filter(claim -> !claim.hasFinalizer(Names.CLAIM_PROTECTION))
            .findFirst();
    if (open.isPresent()) {
      return open.get().deleting()
          ? new GroupStep.Report(FAILED, "claim " + open.get().key().name() + " is being deleted")
          : new GroupStep.Write(
              new PersistentVolumeClaimBuilder(open.get().raw())
                  .editMetadata()
                  .addToFinalizers(Names.CLAIM_PROTECTION)
                  .endMetadata()
                  .build());
    }
    try {
      return new GroupStep.Create(
          content(seen, klass),
          List.of(
              Notice.normal(
                  seen.group(),
                  "CreatingGroupSnapshot",
                  "Waiting for a group snapshot "
                      + seen.group().getMetadata().getNamespace()
                      + "/"
                      + seen.group().name()
                      + " to be created by the CSI driver.")));
    } catch (InvalidRequestException e) {
      return new GroupStep.Report(
          FAILED, "VolumeGroupSnapshotClass " + klass.name() + ": " + e.why());
    }
  }

  private static VolumeGroupSnapshotContent content(
      GroupSeen seen, VolumeGroupSnapshotClass klass) {
    VolumeGroupSnapshot group = seen.group();
    String name = "groupsnapcontent-" + group.uid();
    SnapshotSecrets parameters = new SnapshotSecrets("group-snapshotter", klass.parameters());
    var _ = parameters.forDriver(); // refused before anything is written
    Optional<SecretReference> secret =
        parameters.secret(
            new SnapshotSecrets.Of(
                "volumegroupsnapshot", name, group.getMetadata().getNamespace(), group.name()));
    ObjectMetaBuilder meta =
        new ObjectMetaBuilder().withName(name).addToFinalizers(GroupNames.CONTENT_PROTECTION);
    secret.ifPresent(
        s ->
            meta.addToAnnotations(GroupNames.DELETION_SECRET_NAME, s.getName())
                .addToAnnotations(GroupNames.DELETION_SECRET_NAMESPACE, s.getNamespace()));
    List<String> handles =
        seen.sources().stream()
            .map(source -> source.volume().orElseThrow().csi().orElseThrow().getVolumeHandle())
            .sorted()
            .toList();
    VolumeGroupSnapshotContent content =
        new VolumeGroupSnapshotContent()
            .with(
                new VolumeGroupSnapshotContent.Spec(
                    GroupDecision.reference(group),
                    klass.deletionPolicy(),
                    klass.driver(),
                    klass.name(),
                    new VolumeGroupSnapshotContent.Source(handles, null)));
    content.setMetadata(meta.build());
    return content;
  }

  /** A claim of a group that was never cut is held by nothing any more. */
  static Optional<GroupStep> release(GroupSeen seen) {
    return seen.members().isEmpty()
        ? seen.sources().stream()
            .map(GroupSeen.Source::claim)
            .filter(claim -> claim.hasFinalizer(Names.CLAIM_PROTECTION))
            .findFirst()
            .map(
                claim ->
                    new GroupStep.Write(
                        new PersistentVolumeClaimBuilder(claim.raw())
                            .editMetadata()
                            .removeFromFinalizers(Names.CLAIM_PROTECTION)
                            .endMetadata()
                            .build()))
        : Optional.empty();
  }
}
