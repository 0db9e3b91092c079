package dev.berth.e2e.kubernetes;

import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * PersistentVolumes and claims that are nobody's business but kube-controller-manager's, to keep
 * its two workers apart: many volumes appear, and many claims are deleted.
 */
final class Strangers implements AutoCloseable {
  private static final String NAMESPACE = "strangers";

  private final RealCluster cluster;
  private final int count;

  /** Makes the claims that {@link #stir} will delete. */
  Strangers(RealCluster cluster, int count) {
    this.cluster = cluster;
    this.count = count;
    cluster.kubectl().run("create", "namespace", NAMESPACE);
    cluster
        .kubectl()
        .create(
            NAMESPACE,
            repeat(i -> Manifests.claim("stranger-" + i, "nobodys", "ReadWriteOnce", "1Gi")));
  }

  /** Creates all volumes and deletes all claims, at the same time. */
  void stir() {
    CompletableFuture<?> deleted =
        CompletableFuture.runAsync(
            () -> cluster.kubectl().run("-n", NAMESPACE, "delete", "pvc", "--all", "--wait=false"));
    cluster.kubectl().run("delete", "pv", "-l", "stranger=yes", "--wait=true");
    cluster.kubectl().create(NAMESPACE, repeat(Strangers::volume));
    deleted.join();
  }

  private String repeat(IntFunction<String> manifest) {
    return IntStream.range(0, count).mapToObj(manifest).collect(Collectors.joining());
  }

  private static String volume(int i) {
    return """
    apiVersion: v1
    kind: PersistentVolume
    metadata:
      name: stranger-%d
      labels: {stranger: "yes"}
    spec:
      storageClassName: nobodys-at-all
      accessModes: [ReadWriteOnce]
      capacity: {storage: 1Gi}
      hostPath: {path: /tmp/stranger}
    ---
    """
        .formatted(i);
  }

  @Override
  public void close() {
    cluster.kubectl().run("delete", "pv", "-l", "stranger=yes", "--wait=false");
    cluster.kubectl().run("delete", "namespace", NAMESPACE, "--wait");
  }
}
