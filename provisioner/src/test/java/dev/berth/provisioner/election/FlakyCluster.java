package dev.berth.provisioner.election;

import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.ClusterException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicBoolean;

/** A cluster that can be away: then every call fails as it does when no server answers. */
final class FlakyCluster {
  private final AtomicBoolean away = new AtomicBoolean();
  private final Cluster cluster;

  FlakyCluster(Cluster inner) {
    this.cluster =
        (Cluster)
            Proxy.newProxyInstance(
                Cluster.class.getClassLoader(),
                new Class<?>[] {Cluster.class},
                (_, method, arguments) -> {
                  if (away.get()) {
                    throw new ClusterException.Unavailable("the test's cluster is away");
                  }
                  try {
                    return method.invoke(inner, arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
  }

  Cluster cluster() {
    return cluster;
  }

  void away(boolean now) {
    away.set(now);
  }
}
