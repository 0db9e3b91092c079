package dev.berth.provisioner;

import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.embedded.EmbeddedCluster;
import java.nio.file.Path;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** A cluster in memory for each test, which does not know what a cache leaves out. */
final class OneEmbedded implements AutoCloseable {
  private @Nullable EmbeddedCluster cluster;

  /** Another view of the one cluster. */
  Cluster open(Path folder) {
    if (cluster == null) {
      cluster = EmbeddedCluster.open(folder.resolve("cluster.db"), Clock.systemUTC());
    }
    return new SharedCluster(cluster);
  }

  @Override
  public void close() {
    if (cluster != null) {
      cluster.close();
    }
  }
}
