package dev.berth.storage;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** Decides which volumes may share blocks with another or with a snapshot. */
final class Sharing {
  private Sharing() {}

  /** The copies among {@code volumes}, and what there are copies and snapshots of. */
  static Set<VolumeId> in(Collection<Volume> volumes, Collection<Snapshot> snapshots) {
    Set<VolumeId> sharing = new HashSet<>();
    snapshots.forEach(snapshot -> sharing.add(snapshot.source()));
    for (Volume volume : volumes) {
      volume
          .source()
          .ifPresent(
              source -> {
                sharing.add(volume.id());
                if (source instanceof Source.OfVolume(VolumeId original)) {
                  sharing.add(original);
                }
              });
    }
    return sharing;
  }
}
