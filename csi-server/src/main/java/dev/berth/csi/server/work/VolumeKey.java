package dev.berth.csi.server.work;

/**
 * What an operation is about: a volume or snapshot that exists, by its id, or a volume that is
 * being created, by the name that the caller gave it. Cutting a snapshot is about its volume.
 */
public sealed interface VolumeKey {
  /** A volume by the text of its id, whether or not such a volume exists. */
  record Id(String text) implements VolumeKey {
    @Override
    public String toString() {
      return "volume " + text;
    }
  }

  /** A snapshot by the text of its id, whether or not such a snapshot exists. */
  record Snapshot(String text) implements VolumeKey {
    @Override
    public String toString() {
      return "snapshot " + text;
    }
  }

  /** A group of snapshots by the text of its id, whether or not such a group exists. */
  record Group(String text) implements VolumeKey {
    @Override
    public String toString() {
      return "group " + text;
    }
  }

  /** A volume by the name in CreateVolume. */
  record Name(String text) implements VolumeKey {
    @Override
    public String toString() {
      return "volume named " + text;
    }
  }
}
