package dev.berth.program.standalone;

import dev.berth.program.Fault;
import dev.berth.storage.Bytes;
import dev.berth.storage.PoolName;
import dev.berth.storage.PoolSettings;
import dev.berth.storage.linux.FileCalls;
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
  private static final double SHARE = 0.8;

  private DefaultPool() {}

  static PoolSettings settings(Path root, FileCalls files) {
    Path directory = root.resolve("pool");
    // A daemon that was killed before this file was there starts afresh; one whose disk is not
    // mounted
    // finds the pool in its list of known ones, and makes none.
    if (Files.exists(directory.resolve("pool.json"))) {
      return new PoolSettings(NAME, directory, false, Optional.empty(), 1.0, Bytes.ZERO);
    }
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new Fault("cannot make the pool " + directory + ": " + e.getMessage(), e);
    }
    Bytes free = files.statfs(directory).available();
    Bytes size = Bytes.of((long) (free.value() * SHARE)).roundDownTo(Bytes.ofMiB(1));
    return new PoolSettings(NAME, directory, true, Optional.of(size), 1.0, Bytes.ZERO);
  }
}
