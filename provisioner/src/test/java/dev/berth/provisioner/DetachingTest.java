package dev.berth.provisioner;

import dev.berth.provisioner.cluster.CacheSpec;
import dev.berth.provisioner.cluster.Cluster;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** Detaching over a cluster in memory. */
final class DetachingTest extends DetachingContract {
  @TempDir private Path folder;
  private final OneEmbedded embedded = new OneEmbedded();

  @Override
  Cluster open(List<CacheSpec<?>> specs) {
    return embedded.open(folder);
  }

  @Override
  void close() {
    embedded.close();
  }
}
