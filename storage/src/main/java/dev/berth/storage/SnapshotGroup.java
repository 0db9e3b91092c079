package dev.berth.storage;

import java.time.Instant;
import java.util.List;

/**
 * Snapshots of several volumes, cut at one instant: no write is in one of them that was made after
 * a write that is not in another. They go together.
 *
 * @param name the CO's name
 * @param members in the order of their volumes' ids
 * @param created when they were cut
 */
public record SnapshotGroup(GroupId id, String name, List<Snapshot> members, Instant created) {
  public SnapshotGroup {
    CreateRequest.requireName(name);
    members = List.copyOf(members);
  }

  /** The volumes that were cut. */
  public List<VolumeId> volumes() {
    return members.stream().map(Snapshot::source).toList();
  }
}
