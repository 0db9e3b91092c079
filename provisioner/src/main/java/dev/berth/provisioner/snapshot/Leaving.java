package dev.berth.provisioner.snapshot;

import dev.berth.provisioner.cluster.Notice;
import dev.berth.provisioner.cluster.extension.VolumeSnapshot;
import dev.berth.provisioner.cluster.extension.VolumeSnapshotContent;
import java.util.List;
import java.util.Optional;

/** What comes next for a VolumeSnapshot that is being deleted. Pure. */
final class Leaving {
  private static final List<String> OURS =
      List.of(Names.SOURCE_PROTECTION, Names.BOUND_PROTECTION, Names.GROUP_PROTECTION);

  private Leaving() {}

  static Step decide(Seen seen) {
    VolumeSnapshot snapshot = seen.snapshot();
    if (OURS.stream().noneMatch(snapshot::hasFinalizer)) {
      return new Step.Nothing();
    }
    if (!seen.holders().restoring().isEmpty()) {
      return pending(
          snapshot,
          "Snapshot is being used to restore a PVC: "
              + String.join(", ", seen.holders().restoring()));
    }
    if (seen.holders().inGroup()) {
      return pending(
          snapshot,
          "Snapshot is a member of VolumeGroupSnapshot "
              + snapshot.group().orElse("")
              + "; it goes when that is deleted");
    }
    Optional<VolumeSnapshotContent> content = seen.content().filter(found -> found.isOf(snapshot));
    if (content.isPresent()) {
      Optional<Step> first = content(content.get());
      if (first.isPresent()) {
        return first.get();
      }
    }
    Step claim = Cutting.release(seen);
    return claim instanceof Step.Nothing ? release(snapshot) : claim;
  }

  private static Step pending(VolumeSnapshot snapshot, String why) {
    return new Step.Tell(Notice.warning(snapshot, "SnapshotDeletePending", why));
  }

  /** What is to be done about the content first; empty when it may stay, or is gone. */
  private static Optional<Step> content(VolumeSnapshotContent content) {
    if (!content.isMarked(Names.BEING_DELETED)) {
      return Optional.of(
          new Step.WriteContent(
              content.edited(meta -> meta.addToAnnotations(Names.BEING_DELETED, Names.YES))));
    }
    if (!content.getSpec().goesWithIt() && !content.isMarked(Names.BEING_CREATED)) {
      return Optional.empty();
    }
    return Optional.of(
        content.deleting() || !content.getSpec().goesWithIt()
            ? new Step.Nothing() // its controller has the word
            : new Step.DeleteContent(content));
  }

  private static Step release(VolumeSnapshot snapshot) {
    return new Step.WriteSnapshot(
        snapshot.edited(meta -> meta.removeFromFinalizers(OURS.toArray(String[]::new))));
  }
}
