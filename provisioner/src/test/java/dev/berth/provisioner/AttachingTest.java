package dev.berth.provisioner;

import dev.berth.provisioner.cluster.CacheSpec;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.embedded.EmbeddedCluster;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;

/** Attaching over a cluster in memory, which does not know what a cache leaves out. */
final class AttachingTest extends AttachingContract {
  @TempDir private Path folder;
  private @Nullable EmbeddedCluster cluster;

  @Override
  Cluster open(List<CacheSpec<?>> specs) {
    if (cluster == null) {
      cluster = EmbeddedCluster.open(folder.resolve("cluster.db"), Clock.systemUTC());
    }
    return new SharedCluster(cluster);
  }

  @Override
  void close() {
    if (cluster != null) {
      cluster.close();
    }
  }
}
