package dev.berth.storage;

/** What a new volume is copied from, found and checked. */
public sealed interface Original {
  /** The least size that a copy has. */
  Bytes size();

  Content content();

  PoolId pool();

  /** A snapshot. */
  record OfSnapshot(Snapshot snapshot) implements Original {
    @Override
    public Bytes size() {
      return snapshot.size();
    }

    @Override
    public Content content() {
      return snapshot.content();
    }

    @Override
    public PoolId pool() {
      return snapshot.id().pool();
    }

    @Override
    public String toString() {
      return "snapshot " + snapshot.id();
    }
  }

  /** A volume. */
  record OfVolume(Volume volume) implements Original {
    @Override
    public Bytes size() {
      return volume.size();
    }

    @Override
    public Content content() {
      return volume.content();
    }

    @Override
    public PoolId pool() {
      return volume.id().pool();
    }

    @Override
    public String toString() {
      return "volume " + volume.id();
    }
  }
}
