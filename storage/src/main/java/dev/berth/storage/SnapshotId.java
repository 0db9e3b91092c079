package dev.berth.storage;

import java.util.Comparator;
import java.util.Optional;

/**
 * A snapshot's handle, {@code <pool id>.<name>}, spelt like a {@link VolumeId} and in a space of
 * its own.
 */
public record SnapshotId(PoolId pool, String name) implements Comparable<SnapshotId> {
  private static final Comparator<SnapshotId> ORDER =
      Comparator.comparing((SnapshotId id) -> id.pool.value()).thenComparing(SnapshotId::name);

  public SnapshotId {
    if (!VolumeId.NAME.matcher(name).matches()) {
      throw new VolumeException.Invalid(
          "snapshot name "
              + Quoted.of(name)
              + " in a snapshot id is not 1 to 63 characters of a-z, 0-9 and '-', the first no '-'");
    }
  }

  /** The id that {@code text} spells; empty for what could never be an id of ours. */
  public static Optional<SnapshotId> parse(String text) {
    return VolumeId.parse(text).map(like -> new SnapshotId(like.pool(), like.name()));
  }

  @Override
  public int compareTo(SnapshotId other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return pool + "." + name;
  }
}
