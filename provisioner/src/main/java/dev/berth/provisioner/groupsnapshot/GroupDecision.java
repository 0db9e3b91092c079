package dev.berth.provisioner.groupsnapshot;

import dev.berth.provisioner.cluster.Notice;
import dev.berth.provisioner.cluster.extension.VolumeGroupSnapshot;
import dev.berth.provisioner.cluster.extension.VolumeGroupSnapshot.Status;
import dev.berth.provisioner.cluster.extension.VolumeGroupSnapshotContent;
import dev.berth.provisioner.cluster.extension.VolumeSnapshot;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What comes next for a VolumeGroupSnapshot. Pure: the same sight gives the same step. */
final class GroupDecision {
  private final GroupCutting cutting;

  GroupDecision(String driver) {
    this.cutting = new GroupCutting(driver);
  }

  GroupStep decide(GroupSeen seen) {
    VolumeGroupSnapshot group = seen.group();
    if (group.deleting()) {
      return leave(seen);
    }
    if (!group.hasFinalizer(GroupNames.BOUND_PROTECTION)) {
      return new GroupStep.Write(
          group.edited(meta -> meta.addToFinalizers(GroupNames.BOUND_PROTECTION)));
    }
    if (seen.content().isPresent()) {
      return bound(seen, seen.content().get());
    }
    if (group.boundContent().isPresent() || group.getSpec().from().content().isPresent()) {
      return new GroupStep.Report(
          "GroupSnapshotContentMissing",
          "VolumeGroupSnapshotContent is missing: "
              + group.boundContent().or(group.getSpec().from()::content).orElse("")
              + " does not exist");
    }
    return cutting.begin(seen);
  }

  private static GroupStep bound(GroupSeen seen, VolumeGroupSnapshotContent content) {
    VolumeGroupSnapshot group = seen.group();
    ObjectReference owner = content.getSpec().owner();
    boolean named =
        group.name().equals(owner.getName())
            && group.getMetadata().getNamespace().equals(owner.getNamespace());
    boolean open = owner.getUid() == null || owner.getUid().isEmpty();
    if (named && open) {
      return new GroupStep.Write(content.with(content.getSpec().of(reference(group))));
    }
    if (!content.isOf(group)) {
      return new GroupStep.Report(
          "GroupSnapshotContentMisbound",
          "VolumeGroupSnapshotContent " + content.name() + " is bound to a different group");
    }
    Optional<GroupStep> member = Members.next(seen, content);
    if (member.isPresent()) {
      return member.get();
    }
    Status wanted =
        new Status(
            content.name(),
            content.status().creationTime(),
            content.status().ready(),
            content.status().error());
    return wanted.equals(group.status())
        ? new GroupStep.Nothing()
        : new GroupStep.WriteStatus(group.with(wanted), news(group, wanted));
  }

  private static List<Notice> news(VolumeGroupSnapshot group, Status wanted) {
    List<Notice> news = new ArrayList<>();
    String name = group.getMetadata().getNamespace() + "/" + group.name();
    if (group.status().creationTime() == null && wanted.creationTime() != null) {
      news.add(
          Notice.normal(
              group,
              "GroupSnapshotCreated",
              "GroupSnapshot " + name + " was successfully created by the CSI driver."));
    }
    if (!group.status().ready() && wanted.ready()) {
      news.add(
          Notice.normal(
              group, "GroupSnapshotReady", "GroupSnapshot " + name + " is ready to use."));
    }
    return news;
  }

  static ObjectReference reference(VolumeGroupSnapshot group) {
    return new ObjectReferenceBuilder()
        .withApiVersion(group.getApiVersion())
        .withKind(group.getKind())
        .withNamespace(group.getMetadata().getNamespace())
        .withName(group.name())
        .withUid(group.uid())
        .build();
  }

  /** First the members' objects go, which delete nothing by themselves, then all of it at once. */
  private static GroupStep leave(GroupSeen seen) {
    VolumeGroupSnapshot group = seen.group();
    if (!group.hasFinalizer(GroupNames.BOUND_PROTECTION)) {
      return new GroupStep.Nothing();
    }
    if (seen.members().stream().anyMatch(GroupSeen.Member::restoring)) {
      return new GroupStep.Tell(
          Notice.warning(
              group,
              "GroupSnapshotDeletePending",
              "a snapshot of the group is being used to restore a PVC"));
    }
    Optional<VolumeSnapshot> member =
        seen.members().stream().flatMap(m -> m.snapshot().stream()).findFirst();
    if (member.isPresent()) {
      return member.get().deleting()
          ? new GroupStep.Nothing() // its own controller ends it
          : new GroupStep.Delete(member.get());
    }
    Optional<VolumeGroupSnapshotContent> content =
        seen.content().filter(found -> found.isOf(group));
    if (content.isPresent() && !content.get().isMarked(GroupNames.BEING_DELETED)) {
      return new GroupStep.Write(
          content
              .get()
              .edited(meta -> meta.addToAnnotations(GroupNames.BEING_DELETED, GroupNames.YES)));
    }
    if (content.filter(c -> c.getSpec().goesWithIt()).isPresent()) {
      return content.get().deleting()
          ? new GroupStep.Nothing()
          : new GroupStep.Delete(content.get());
    }
    return GroupCutting.release(seen)
        .orElseGet(
            () ->
                new GroupStep.Write(
                    group.edited(meta -> meta.removeFromFinalizers(GroupNames.BOUND_PROTECTION))));
  }
}
