package dev.berth.storage;

import dev.berth.storage.VolumeException.SystemCallFailed;
import dev.berth.storage.linux.FileStat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * What files share with no other, walked through again only where a file has changed, and where
 * that took long the last time not at once: a map of 150,000 extents is not read every five
 * seconds. A value that is too old is too small, for writing to a file gives it blocks of its own;
 * where that is not so, because a file that shared with others is gone, {@link #forget} is called.
 */
final class UnsharedCache {
  /** A walk may take this part of the time, and no more. */
  private static final int SHARE = 20;

  private record Known(
      FileStat stat, FileTime changed, Bytes unshared, long walked, Duration took) {
    boolean is(FileStat now, FileTime changedNow) {
      return stat.equals(now) && changed.equals(changedNow);
    }

    boolean rests(long now) {
      return now - walked < took.toNanos() * SHARE;
    }
  }

  private final Function<Path, Bytes> walk;
  private final LongSupplier nanos;
  private final ConcurrentHashMap<Path, Known> known = new ConcurrentHashMap<>();

  /**
   * @param walk asks the filesystem
   * @param nanos a clock that only goes forward
   */
  UnsharedCache(Function<Path, Bytes> walk, LongSupplier nanos) {
    this.walk = walk;
    this.nanos = nanos;
  }

  /** What {@code file}, of which {@code stat} was told just now, shares with no other. */
  Bytes unshared(Path file, FileStat stat) {
    FileTime changed = changed(file);
    long now = nanos.getAsLong();
    Optional<Known> last =
        Optional.ofNullable(known.get(file))
            .filter(k -> k.stat().identity().equals(stat.identity()))
            .filter(k -> k.is(stat, changed) || k.rests(now));
    if (last.isPresent()) {
      return last.get().unshared();
    }
    Bytes unshared = walk.apply(file);
    Duration took = Duration.ofNanos(nanos.getAsLong() - now);
    known.put(file, new Known(stat, changed, unshared, now, took));
    return unshared;
  }

  /** Something that shared blocks has come or gone. */
  void forget() {
    known.clear();
  }

  private static FileTime changed(Path file) {
    try {
      return (FileTime) Files.getAttribute(file, "unix:ctime", LinkOption.NOFOLLOW_LINKS);
    } catch (IOException e) {
      throw new SystemCallFailed("stat", file.toString(), "ENOENT", String.valueOf(e.getMessage()));
    }
  }
}
