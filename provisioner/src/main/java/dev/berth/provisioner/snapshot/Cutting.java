package dev.berth.provisioner.snapshot;

import dev.berth.provisioner.cluster.Notice;
import dev.berth.provisioner.cluster.extension.VolumeSnapshot;
import dev.berth.provisioner.cluster.extension.VolumeSnapshotClass;
import dev.berth.provisioner.cluster.extension.VolumeSnapshotContent;
import dev.berth.provisioner.csi.InvalidRequestException;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Volume;
import io.fabric8.kubernetes.api.model.CSIPersistentVolumeSource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.SecretReference;
import java.util.Optional;
import java.util.stream.Collectors;

/** What comes before a snapshot is cut: class, claim, protection, content. Pure. */
final class Cutting {
  private static final String FAILED = "SnapshotContentCreationFailed";

  private final String driver;

  Cutting(String driver) {
    this.driver = driver;
  }

  Step begin(Seen seen) {
    VolumeSnapshot snapshot = seen.snapshot();
    String name = snapshot.getSpec().from().claim().orElse("");
    Optional<Claim> claim = seen.origin().claim();
    if (claim.isEmpty()) {
      return new Step.Report(
          "SnapshotPVCSourceMissing",
          "spec.source.persistentVolumeClaimName: claim " + name + " does not exist; apply it");
    }
    Optional<CSIPersistentVolumeSource> csi = seen.origin().volume().flatMap(Volume::csi);
    if (csi.isEmpty() || !claim.get().phase().equals("Bound")) {
      return new Step.Report(
          FAILED,
          "claim "
              + name
              + " is not bound to a volume of a CSI driver; a snapshot needs one that is");
    }
    String of = csi.get().getDriver();
    if (snapshot.getSpec().volumeSnapshotClassName() == null) {
      return choose(seen, of);
    }
    if (seen.klass().isEmpty()) {
      return new Step.Report(
          "GetSnapshotClassFailed",
          "volumesnapshotclass.snapshot.storage.k8s.io \""
              + snapshot.getSpec().volumeSnapshotClassName()
              + "\" not found; apply it");
    }
    VolumeSnapshotClass klass = seen.klass().get();
    if (!klass.driver().equals(of)) {
      return new Step.Report(
          FAILED,
          "VolumeSnapshotClass "
              + klass.name()
              + " is of driver "
              + klass.driver()
              + ", and the volume of claim "
              + name
              + " is of "
              + of
              + "; name a class of that driver");
    }
    return of.equals(driver) ? cut(seen, klass, claim.get()) : new Step.Nothing();
  }

  private Step choose(Seen seen, String of) {
    VolumeSnapshot snapshot = seen.snapshot();
    if (!of.equals(driver)) {
      return new Step.Nothing(); // its own controller knows its classes
    }
    if (seen.defaults().size() != 1) {
      String many =
          seen.defaults().stream().map(VolumeSnapshotClass::name).collect(Collectors.joining(", "));
      return new Step.Report(
          "SetDefaultSnapshotClassFailed",
          seen.defaults().isEmpty()
              ? "cannot find default snapshot class of driver "
                  + of
                  + ": name one in spec.volumeSnapshotClassName, or mark one with "
                  + Names.DEFAULT_CLASS
                  + ": \"true\""
              : "there are several default snapshot classes of driver "
                  + of
                  + ": "
                  + many
                  + "; name one in spec.volumeSnapshotClassName");
    }
    return new Step.WriteSnapshot(
        snapshot.with(
            new VolumeSnapshot.Spec(
                snapshot.getSpec().source(), seen.defaults().getFirst().name())));
  }

  private static Step cut(Seen seen, VolumeSnapshotClass klass, Claim claim) {
    if (!claim.hasFinalizer(Names.CLAIM_PROTECTION)) {
      return claim.deleting()
          ? new Step.Report(FAILED, "claim " + claim.key().name() + " is being deleted")
          : new Step.WriteClaim(
              new PersistentVolumeClaimBuilder(claim.raw())
                  .editMetadata()
                  .addToFinalizers(Names.CLAIM_PROTECTION)
                  .endMetadata()
                  .build());
    }
    VolumeSnapshot snapshot = seen.snapshot();
    try {
      return new Step.CreateContent(
          content(seen, klass),
          Notice.normal(
              snapshot,
              "CreatingSnapshot",
              "Waiting for a snapshot "
                  + snapshot.getMetadata().getNamespace()
                  + "/"
                  + snapshot.name()
                  + " to be created by the CSI driver."));
    } catch (InvalidRequestException e) {
      return new Step.Report(FAILED, "VolumeSnapshotClass " + klass.name() + ": " + e.why());
    }
  }

  private static VolumeSnapshotContent content(Seen seen, VolumeSnapshotClass klass) {
    VolumeSnapshot snapshot = seen.snapshot();
    Volume volume = seen.origin().volume().orElseThrow();
    SnapshotSecrets parameters = new SnapshotSecrets("snapshotter", klass.parameters());
    var _ = parameters.forDriver(); // refused before anything is written
    Optional<SecretReference> secret = parameters.secret(names(snapshot, seen.contentName()));
    ObjectMetaBuilder meta =
        new ObjectMetaBuilder()
            .withName(seen.contentName())
            .addToFinalizers(Names.CONTENT_PROTECTION);
    secret.ifPresent(
        s ->
            meta.addToAnnotations(Names.DELETION_SECRET_NAME, s.getName())
                .addToAnnotations(Names.DELETION_SECRET_NAMESPACE, s.getNamespace()));
    VolumeSnapshotContent content =
        new VolumeSnapshotContent()
            .with(
                new VolumeSnapshotContent.Spec(
                    SnapshotDecision.reference(snapshot),
                    klass.deletionPolicy(),
                    klass.driver(),
                    klass.name(),
                    new VolumeSnapshotContent.Source(
                        volume.csi().orElseThrow().getVolumeHandle(), null),
                    volume.volumeMode()));
    content.setMetadata(meta.build());
    return content;
  }

  static SnapshotSecrets.Of names(VolumeSnapshot snapshot, String content) {
    return new SnapshotSecrets.Of(
        "volumesnapshot", content, snapshot.getMetadata().getNamespace(), snapshot.name());
  }

  /** The claim may go again once no snapshot of it waits to be cut. */
  static Step release(Seen seen) {
    Optional<Claim> held =
        seen.origin().claim().filter(claim -> claim.hasFinalizer(Names.CLAIM_PROTECTION));
    if (held.isEmpty() || seen.holders().claimElsewhere()) {
      return new Step.Nothing();
    }
    return new Step.WriteClaim(
        new PersistentVolumeClaimBuilder(held.get().raw())
            .editMetadata()
            .removeFromFinalizers(Names.CLAIM_PROTECTION)
            .endMetadata()
            .build());
  }
}
