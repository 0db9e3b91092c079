package dev.berth.program.csi;

import dev.berth.storage.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * The size of a pool as a share of what its filesystem has free when the pool is made; from then on
 * the size is in pool.json and the share means nothing, or a pool would shrink as it fills.
 */
public final class PoolShare {
  private PoolShare() {}

  /**
   * The size to make the pool with; empty when it is made already.
   *
   * @throws IOException if the filesystem cannot be asked
   */
  public static Optional<Bytes> size(Path directory, int percent) throws IOException {
    if (Files.exists(directory.resolve("pool.json"))) {
      return Optional.empty();
    }
    Path there = directory;
    while (!Files.exists(there)) {
      there = Objects.requireNonNull(there.getParent()); // the root is always there
    }
    long free = Files.getFileStore(there).getUsableSpace();
    return Optional.of(Bytes.of(free / 100 * percent).roundDownTo(Bytes.ofMiB(1)));
  }
}
