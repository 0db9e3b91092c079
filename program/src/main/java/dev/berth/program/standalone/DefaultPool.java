package dev.berth.program.standalone;

import dev.berth.program.Fault;
import dev.berth.program.csi.PoolShare;
import dev.berth.storage.Bytes;
import dev.berth.storage.PoolName;
import dev.berth.storage.PoolSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The pool of a daemon that was given none: {@code ROOT/pool}. Its size is fixed when it is made,
 * at 80 % of what its filesystem has free then, and kept in pool.json.
 */
final class DefaultPool {
  private static final PoolName NAME = new PoolName("default");
  private static final int PERCENT = 80;

  private DefaultPool() {}

  static PoolSettings settings(Path root) {
    Path directory = root.resolve("pool");
    try {
      // A daemon that was killed before pool.json was there starts afresh; one whose disk is not
      // mounted finds the pool in its list of known ones, and makes none.
      Optional<Bytes> size = PoolShare.size(directory, PERCENT);
      Files.createDirectories(directory);
      return new PoolSettings(NAME, directory, size.isPresent(), size, 1.0, Bytes.ZERO);
    } catch (IOException e) {
      throw new Fault("cannot make the pool " + directory + ": " + e.getMessage(), e);
    }
  }
}
