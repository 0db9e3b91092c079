package dev.berth.storage;

/** What a new volume begins as a copy of. */
public sealed interface Source {
  /** A snapshot of this driver. */
  record OfSnapshot(SnapshotId id) implements Source {
    @Override
    public String toString() {
      return "snapshot " + id;
    }
  }

  /** A volume of this driver, as it is when the copy is made. */
  record OfVolume(VolumeId id) implements Source {
    @Override
    public String toString() {
      return "volume " + id;
    }
  }
}
