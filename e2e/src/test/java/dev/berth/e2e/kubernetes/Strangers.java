package dev.berth.e2e.kubernetes;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * PersistentVolumes and claims that are nobody's business but kube-controller-manager's, to keep
 * its two workers apart: many volumes appear, and many claims are deleted.
 */
final class Strangers implements AutoCloseable {
  private static final String NAMESPACE = "strangers";

  private final RealCluster cluster;
  private final int count;
  private final Api api;

  /** Volumes of the last time may still be on their way out. */
  private final String unique = Long.toString(System.nanoTime(), Character.MAX_RADIX);

  /** Makes the claims that {@link #stir} will delete. */
  Strangers(RealCluster cluster, int count) {
    this.cluster = cluster;
    this.count = count;
    cluster.kubectl().run("create", "namespace", NAMESPACE);
    this.api = cluster.api();
    api.create(
        Api.claims(NAMESPACE),
        repeat(i -> Manifests.claim("stranger-" + i, "nobodys", "ReadWriteOnce", "1Gi")));
  }

  /** Creates all volumes and deletes all claims, at the same time. */
  void stir() {
    CompletableFuture<?> deleted =
        CompletableFuture.runAsync(
            () -> api.delete(repeat(i -> Api.claims(NAMESPACE) + "/stranger-" + i)));
    api.create("/api/v1/persistentvolumes", repeat(this::volume));
    deleted.join();
  }

  private List<String> repeat(IntFunction<String> text) {
    return IntStream.range(0, count).mapToObj(text).toList();
  }

  private String volume(int i) {
    return """
    apiVersion: v1
    kind: PersistentVolume
    metadata:
      name: stranger-%s-%d
      labels: {stranger: "yes"}
    spec:
      storageClassName: nobodys-at-all
      accessModes: [ReadWriteOnce]
      capacity: {storage: 1Gi}
      hostPath: {path: /tmp/stranger}
    ---
    """
        .formatted(unique, i);
  }

  @Override
  public void close() {
    api.close();
    cluster.kubectl().run("delete", "pv", "-l", "stranger=yes", "--wait=false");
    cluster.kubectl().run("delete", "namespace", NAMESPACE, "--wait");
  }
}
