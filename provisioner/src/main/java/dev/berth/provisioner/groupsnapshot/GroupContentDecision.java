package dev.berth.provisioner.groupsnapshot;

import static java.util.Objects.requireNonNullElse;

import dev.berth.csi.v1.CreateVolumeGroupSnapshotRequest;
import dev.berth.provisioner.cluster.extension.VolumeGroupSnapshot;
import dev.berth.provisioner.cluster.extension.VolumeGroupSnapshotClass;
import dev.berth.provisioner.cluster.extension.VolumeGroupSnapshotContent;
import dev.berth.provisioner.csi.InvalidRequestException;
import dev.berth.provisioner.snapshot.SnapshotSecrets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What comes next for the content of a group. Pure: the same sight gives the same step. */
final class GroupContentDecision {
  /** One effect, or the end. */
  sealed interface Step {
    /** All is as it should be, or it is somebody else's turn. */
    record Nothing() implements Step {}

    /** It cannot go on: status and event say why, and it is tried again. */
    record Report(String why) implements Step {}

    /** Write metadata of the content. */
    record Write(VolumeGroupSnapshotContent content) implements Step {}

    /** Call CreateVolumeGroupSnapshot, or ask with it whether it is ready. */
    record Cut(CreateVolumeGroupSnapshotRequest request) implements Step {}

    /** Ask the driver for a group that is there already. */
    record LookUp(String handle, List<String> members) implements Step {}

    /** Call DeleteVolumeGroupSnapshot. */
    record Delete(String handle, List<String> members) implements Step {}

    /** The call may have made one: ask for its handle, then delete it. */
    record FindAndDelete(CreateVolumeGroupSnapshotRequest request) implements Step {}
  }

  /** Everything that was read about a content. */
  record Seen(
      VolumeGroupSnapshotContent content,
      Optional<VolumeGroupSnapshot> group,
      Optional<VolumeGroupSnapshotClass> klass) {}

  private final String driver;

  GroupContentDecision(String driver) {
    this.driver = driver;
  }

  Step decide(Seen seen) {
    VolumeGroupSnapshotContent content = seen.content();
    if (!content.driver().equals(driver)) {
      return new Step.Nothing();
    }
    try {
      return content.deleting() ? leave(seen) : live(seen);
    } catch (InvalidRequestException e) {
      return new Step.Report(e.why());
    }
  }

  private static Step live(Seen seen) {
    VolumeGroupSnapshotContent content = seen.content();
    if (!content.hasFinalizer(GroupNames.CONTENT_PROTECTION)) {
      return new Step.Write(
          content.edited(meta -> meta.addToFinalizers(GroupNames.CONTENT_PROTECTION)));
    }
    boolean known = content.status().volumeGroupSnapshotHandle() != null;
    if (known && content.isMarked(GroupNames.BEING_CREATED)) {
      return new Step.Write(unmarked(content));
    }
    if (content.status().ready()
        || (content.isMarked(GroupNames.BEING_DELETED)
            && !content.isMarked(GroupNames.BEING_CREATED))) {
      return new Step.Nothing();
    }
    if (content.getSpec().from().groupSnapshotHandles() != null) {
      return new Step.LookUp(content.handle().orElse(""), members(content));
    }
    CreateVolumeGroupSnapshotRequest request = request(seen);
    return known || content.isMarked(GroupNames.BEING_CREATED)
        ? new Step.Cut(request)
        : new Step.Write(
            content.edited(
                meta -> meta.addToAnnotations(GroupNames.BEING_CREATED, GroupNames.YES)));
  }

  static List<String> members(VolumeGroupSnapshotContent content) {
    var handles = content.getSpec().from().groupSnapshotHandles();
    List<String> given =
        handles == null
            ? List.of()
            : requireNonNullElse(handles.volumeSnapshotHandles(), List.<String>of());
    return given.isEmpty()
        ? content.status().members().stream()
            .map(member -> requireNonNullElse(member.snapshotHandle(), ""))
            .toList()
        : given;
  }

  /** Its name is the group object's uid, so that a retry finds what the first try made. */
  private static CreateVolumeGroupSnapshotRequest request(Seen seen) {
    VolumeGroupSnapshotContent content = seen.content();
    Map<String, String> parameters =
        seen.klass()
            .map(klass -> new SnapshotSecrets("group-snapshotter", klass.parameters()).forDriver())
            .orElseGet(Map::of);
    return CreateVolumeGroupSnapshotRequest.newBuilder()
        .setName("groupsnapshot-" + content.getSpec().owner().getUid())
        .addAllSourceVolumeIds(content.getSpec().from().volumes())
        .putAllParameters(parameters)
        .build();
  }

  static VolumeGroupSnapshotContent unmarked(VolumeGroupSnapshotContent content) {
    return content.edited(meta -> meta.removeFromAnnotations(GroupNames.BEING_CREATED));
  }

  private static Step leave(Seen seen) {
    VolumeGroupSnapshotContent content = seen.content();
    if (!content.hasFinalizer(GroupNames.CONTENT_PROTECTION)) {
      return new Step.Nothing();
    }
    boolean wanted =
        seen.group().filter(group -> !group.deleting()).isPresent()
            && !content.isMarked(GroupNames.BEING_DELETED);
    if (wanted) {
      return new Step.Nothing(); // a content goes with its group, never before
    }
    if (!content.getSpec().goesWithIt()) {
      return new Step.Write(released(content));
    }
    if (content.handle().isPresent()) {
      return new Step.Delete(content.handle().get(), members(content));
    }
    return content.isMarked(GroupNames.BEING_CREATED)
        ? new Step.FindAndDelete(request(seen))
        : new Step.Write(released(content));
  }

  static VolumeGroupSnapshotContent released(VolumeGroupSnapshotContent content) {
    return content.edited(
        meta ->
            meta.removeFromFinalizers(GroupNames.CONTENT_PROTECTION)
                .removeFromAnnotations(GroupNames.BEING_CREATED));
  }
}
