package dev.berth.storage;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the operator says about a pool.
 *
 * @param directory absolute and without dots or symbolic links of its own making
 * @param init whether a pool may be made there when the directory is empty
 * @param size how much of the filesystem is the pool's; needed unless the directory is the mount
 *     point of a filesystem
 * @param overcommit how many times its size a pool may promise: 0.01 to 1000
 * @param reserve what is never promised
 * @param member as which node this process is one of several that have the pool open; empty when it
 *     alone has
 */
public record PoolSettings(
    PoolName name,
    Path directory,
    boolean init,
    Optional<Bytes> size,
    double overcommit,
    Bytes reserve,
    Optional<Member> member) {
  private static final double LEAST = 0.01;
  private static final double MOST = 1000;

  public PoolSettings {
    if (!directory.isAbsolute()) {
      throw new VolumeException.Invalid(
          "pool " + name + ": directory " + directory + " is not an absolute path");
    }
    directory = directory.normalize();
    if (!(overcommit >= LEAST && overcommit <= MOST)) {
      throw new VolumeException.Invalid(
          "pool " + name + ": overcommit " + overcommit + " is not between 0.01 and 1000");
    }
    if (size.isPresent() && !size.get().isMoreThan(reserve)) {
      throw new VolumeException.Invalid(
          "pool " + name + ": reserve " + reserve + " leaves nothing of size " + size.get());
    }
  }

  /** A pool that one process has open. */
  public PoolSettings(
      PoolName name,
      Path directory,
      boolean init,
      Optional<Bytes> size,
      double overcommit,
      Bytes reserve) {
    this(name, directory, init, size, overcommit, reserve, Optional.empty());
  }

  /** A pool of the whole filesystem mounted at {@code directory}, that promises what it has. */
  public static PoolSettings of(PoolName name, Path directory, boolean init) {
    return new PoolSettings(name, directory, init, Optional.empty(), 1.0, Bytes.ZERO);
  }

  public PoolSettings withSize(Bytes other) {
    return new PoolSettings(name, directory, init, Optional.of(other), overcommit, reserve, member);
  }

  public PoolSettings withOvercommit(double other) {
    return new PoolSettings(name, directory, init, size, other, reserve, member);
  }

  public PoolSettings withReserve(Bytes other) {
    return new PoolSettings(name, directory, init, size, overcommit, other, member);
  }

  /** The same pool, shared with the processes of other nodes. */
  public PoolSettings sharedAs(Member node) {
    return new PoolSettings(name, directory, init, size, overcommit, reserve, Optional.of(node));
  }

  /** {@link VolumeException.Invalid} when two have the same name or directory. */
  static void requireDistinct(List<PoolSettings> settings) {
    Set<Object> seen = new HashSet<>();
    for (PoolSettings one : settings) {
      if (!seen.add(one.name()) || !seen.add(one.directory())) {
        throw new VolumeException.Invalid(
            "pool "
                + one.name()
                + " at "
                + one.directory()
                + ": another pool has this name or directory; give each pool its own");
      }
    }
  }
}
