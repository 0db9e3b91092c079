package dev.berth.provisioner.election;

import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.ClusterException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/** A cluster that can be away: then every call fails as it does when no server answers. */
final class FlakyCluster {
  private final AtomicBoolean away = new AtomicBoolean();
  private final AtomicBoolean silent = new AtomicBoolean();
  private final AtomicBoolean broken = new AtomicBoolean();
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
                  if (broken.get()) {
                    throw new NoClassDefFoundError("the test's mistake");
                  }
                  if (silent.get()) {
                    awaitInterrupt();
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

  private static void awaitInterrupt() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClusterException.Unavailable("interrupted", e);
    }
  }

  /** Calls get no answer at all, as behind a network that swallows everything. */
  void silent(boolean now) {
    silent.set(now);
  }

  /** Calls fail as no call should. */
  void broken(boolean now) {
    broken.set(now);
  }

  void away(boolean now) {
    away.set(now);
  }
}
