package dev.berth.provisioner;

import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.embedded.EmbeddedCluster;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.io.TempDir;

/** Binding over the objects of a machine without Kubernetes. */
final class BindingTest extends BindingContract {
  @TempDir private Path store;

  @Override
  Cluster open() {
    return EmbeddedCluster.open(store.resolve("cluster.db"), Clock.systemUTC());
  }

  @Override
  void clean() {
    cluster.close();
  }
}
