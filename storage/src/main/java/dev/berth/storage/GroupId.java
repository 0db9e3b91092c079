package dev.berth.storage;

import java.util.Comparator;
import java.util.Optional;

/**
 * A group's handle, {@code <pool id>.<name>}, spelt like a {@link SnapshotId} and in a space of its
 * own.
 */
public record GroupId(PoolId pool, String name) implements Comparable<GroupId> {
  private static final Comparator<GroupId> ORDER =
      Comparator.comparing((GroupId id) -> id.pool.value()).thenComparing(GroupId::name);

  public GroupId {
    if (!VolumeId.NAME.matcher(name).matches()) {
      throw new VolumeException.Invalid(
          "group name "
              + Quoted.of(name)
              + " in a group id is not 1 to 63 characters of a-z, 0-9 and '-', the first no '-'");
    }
  }

  /** The id that {@code text} spells; empty for what could never be an id of ours. */
  public static Optional<GroupId> parse(String text) {
    return VolumeId.parse(text).map(like -> new GroupId(like.pool(), like.name()));
  }

  @Override
  public int compareTo(GroupId other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return pool + "." + name;
  }
}
