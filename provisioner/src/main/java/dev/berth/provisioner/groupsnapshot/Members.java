package dev.berth.provisioner.groupsnapshot;

import static java.util.Objects.requireNonNullElse;

import dev.berth.provisioner.cluster.extension.VolumeGroupSnapshot;
import dev.berth.provisioner.cluster.extension.VolumeGroupSnapshotContent;
import dev.berth.provisioner.cluster.extension.VolumeSnapshot;
import dev.berth.provisioner.cluster.extension.VolumeSnapshotContent;
import dev.berth.provisioner.object.Volume;
import dev.berth.provisioner.snapshot.Names;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import java.util.List;
import java.util.Optional;

/** The two objects of each member of a group: made one after the other, then their status. Pure. */
final class Members {
  private Members() {}

  /** What is to be written next; empty when all members have their objects. */
  static Optional<GroupStep> next(GroupSeen seen, VolumeGroupSnapshotContent content) {
    return seen.members().stream()
        .flatMap(member -> next(seen.group(), content, member).stream())
        .findFirst();
  }

  private static Optional<GroupStep> next(
      VolumeGroupSnapshot group, VolumeGroupSnapshotContent content, GroupSeen.Member member) {
    if (member.snapshot().isEmpty()) {
      return member
          .volume()
          .flatMap(Volume::claimKey)
          .map(claim -> create(snapshot(group, member, claim.name())));
    }
    VolumeSnapshot snapshot = member.snapshot().get();
    if (member.content().isEmpty()) {
      return Optional.of(create(content(content, member, snapshot)));
    }
    VolumeSnapshotContent own = member.content().get();
    if (own.groupHandle().isEmpty()) {
      return Optional.of(new GroupStep.WriteStatus(own.with(status(content, member)), List.of()));
    }
    return snapshot.group().isEmpty()
        ? Optional.of(
            new GroupStep.WriteStatus(snapshot.with(bound(group, own, snapshot)), List.of()))
        : Optional.empty();
  }

  private static GroupStep create(io.fabric8.kubernetes.api.model.HasMetadata object) {
    return new GroupStep.Create(object, List.of());
  }

  private static VolumeSnapshot snapshot(
      VolumeGroupSnapshot group, GroupSeen.Member member, String claim) {
    VolumeSnapshot snapshot =
        new VolumeSnapshot()
            .with(new VolumeSnapshot.Spec(new VolumeSnapshot.Source(claim, null), null));
    snapshot.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(group.getMetadata().getNamespace())
            .withName("snapshot-" + member.name())
            .addToFinalizers(
                Names.GROUP_PROTECTION, Names.SOURCE_PROTECTION, Names.BOUND_PROTECTION)
            .addToOwnerReferences(
                new OwnerReferenceBuilder()
                    .withApiVersion(group.getApiVersion())
                    .withKind(group.getKind())
                    .withName(group.name())
                    .withUid(group.uid())
                    .build())
            .build());
    return snapshot;
  }

  private static VolumeSnapshotContent content(
      VolumeGroupSnapshotContent group, GroupSeen.Member member, VolumeSnapshot snapshot) {
    VolumeSnapshotContent content =
        new VolumeSnapshotContent()
            .with(
                new VolumeSnapshotContent.Spec(
                    new ObjectReferenceBuilder()
                        .withApiVersion(snapshot.getApiVersion())
                        .withKind(snapshot.getKind())
                        .withNamespace(snapshot.getMetadata().getNamespace())
                        .withName(snapshot.name())
                        .withUid(snapshot.uid())
                        .build(),
                    group.getSpec().deletionPolicy(),
                    group.driver(),
                    null,
                    new VolumeSnapshotContent.Source(null, member.told().snapshotHandle()),
                    member.volume().map(Volume::volumeMode).orElse(null)));
    content.setMetadata(
        new ObjectMetaBuilder()
            .withName("snapcontent-" + member.name())
            .addToFinalizers(Names.CONTENT_PROTECTION)
            .build());
    return content;
  }

  private static VolumeSnapshotContent.Status status(
      VolumeGroupSnapshotContent group, GroupSeen.Member member) {
    VolumeGroupSnapshotContent.Member told = member.told();
    return new VolumeSnapshotContent.Status(
        told.snapshotHandle(),
        told.creationTime(),
        told.restoreSize(),
        told.readyToUse(),
        null,
        group.handle().orElse(null));
  }

  private static VolumeSnapshot.Status bound(
      VolumeGroupSnapshot group, VolumeSnapshotContent content, VolumeSnapshot snapshot) {
    VolumeSnapshot.Status now = snapshot.status();
    return new VolumeSnapshot.Status(
        content.name(),
        now.creationTime(),
        requireNonNullElse(now.readyToUse(), false),
        now.restoreSize(),
        null,
        group.name());
  }
}
