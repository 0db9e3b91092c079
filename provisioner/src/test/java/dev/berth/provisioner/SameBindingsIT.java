package dev.berth.provisioner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Index;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.kubernetes.ApiConnection;
import dev.berth.provisioner.cluster.kubernetes.ApiServer;
import dev.berth.provisioner.cluster.kubernetes.ApiSettings;
import dev.berth.provisioner.cluster.kubernetes.Binaries;
import dev.berth.provisioner.cluster.kubernetes.KubernetesCluster;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Volume;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same volumes and claims, given to our binder and to a real kube-controller-manager with its
 * binder alone, end in the same bindings.
 */
final class SameBindingsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration ORDINARY = Duration.ofSeconds(25);
  private static final Duration AGAIN = Duration.ofSeconds(40);
  private static final int AT_A_TIME = 8;
  private static final Duration LONG = Duration.ofMinutes(5);

  @TempDir private Path folder;

  @Test
  void kube_controller_manager_and_we_bind_the_same() throws Exception {
    boolean all = "1".equals(System.getenv("BERTH_TEST_ALL"));
    long seed =
        Optional.ofNullable(System.getenv("BERTH_TEST_SEED"))
            .map(Long::parseLong)
            .orElseGet(() -> new Random().nextLong());
    Random random = new Random(seed);
    int worlds = 0;
    int claims = 0;
    int bound = 0;
    try (ApiServer server = ApiServer.start(Binaries.orSkip());
        ApiConnection connection =
            ApiConnection.open(
                ApiSettings.of(
                    Optional.of(server.kubeconfig(ApiServer.ADMIN)), "test", (_, _, _, _) -> {}));
        Cluster theirs = KubernetesCluster.open(connection, StandaloneBinder.CACHES)) {
      server.startControllers("persistentvolume-binder-controller");
      await()
          .atMost(PATIENCE)
          .until(() -> theirs.getLive(Kind.NAMESPACE, Key.of("default")).isPresent());
      Instant end = Instant.now().plus(all ? LONG : ORDINARY);
      while (worlds == 0 || Instant.now().isBefore(end)) {
        List<RandomDisks> round = round(worlds, random);
        Map<RandomDisks, Map<String, String>> expected = kubeControllerManager(theirs, round);
        for (RandomDisks disks : round) {
          Map<String, String> ours = ours(disks);
          Map<String, String> bindings =
              settled(theirs, disks, expected.getOrDefault(disks, Map.of()), ours);
          compare(seed, disks, bindings, ours);
          worlds++;
          claims += disks.claims().size();
          bound += bindings.size();
        }
      }
    } finally {
      System.out.printf(
          "same bindings: seed %d, %d worlds, %d claims, %d of them bound%n",
          seed, worlds, claims, bound);
    }
    assertThat(bound).isPositive().isLessThan(claims);
  }

  private static List<RandomDisks> round(int done, Random random) {
    return IntStream.range(done, done + AT_A_TIME)
        .mapToObj(i -> RandomDisks.make("w" + i, random))
        .toList();
  }

  /** All worlds at a time, for most of the time is waiting; in each one claim after the other. */
  private static Map<RandomDisks, Map<String, String>> kubeControllerManager(
      Cluster cluster, List<RandomDisks> worlds) {
    Map<RandomDisks, Map<String, String>> bindings = new ConcurrentHashMap<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      CompletableFuture.allOf(
              worlds.stream()
                  .map(
                      world ->
                          CompletableFuture.runAsync(
                              () -> bindings.put(world, kubeControllerManager(cluster, world)),
                              threads))
                  .toArray(CompletableFuture[]::new))
          .join();
    }
    return bindings;
  }

  /**
   * What kube-controller-manager comes to: it may fail at a claim for a reason of the moment, and
   * looks at all of them again every 15 seconds.
   */
  private static Map<String, String> settled(
      Cluster cluster, RandomDisks disks, Map<String, String> first, Map<String, String> ours) {
    if (first.keySet().equals(ours.keySet())) {
      return first;
    }
    try {
      await().atMost(AGAIN).until(() -> bindings(cluster, disks).keySet().equals(ours.keySet()));
    } catch (ConditionTimeoutException _) {
      // What it ends with is compared.
    }
    return bindings(cluster, disks);
  }

  private static void compare(
      long seed, RandomDisks disks, Map<String, String> expected, Map<String, String> found) {
    String what = "BERTH_TEST_SEED=%d, world %s".formatted(seed, disks);
    if (disks.equal()) {
      assertThat(found.keySet()).as(what).isEqualTo(expected.keySet());
      assertThat(found.values()).as(what).allMatch(disks::legal);
      assertThat(expected.values()).as(what).allMatch(disks::legal);
    } else {
      assertThat(found).as(what).isEqualTo(expected);
    }
  }

  private static Map<String, String> kubeControllerManager(Cluster cluster, RandomDisks disks) {
    disks.volumes().forEach(cluster::create);
    for (PersistentVolume volume : disks.volumes()) {
      Key key = Key.of(volume);
      await()
          .pollInterval(Duration.ofMillis(5))
          .atMost(PATIENCE)
          .until(() -> phase(cluster, key).equals("Available"));
    }
    for (PersistentVolumeClaim claim : disks.claims()) {
      PersistentVolumeClaim made = cluster.create(claim);
      await("what becomes of " + made.getMetadata().getName())
          .pollInterval(Duration.ofMillis(5))
          .atMost(PATIENCE)
          .until(() -> settled(cluster, made));
    }
    return bindings(cluster, disks);
  }

  private static String phase(Cluster cluster, Key volume) {
    return cluster.get(Kind.VOLUME, volume).map(v -> new Volume(v).phase()).orElse("");
  }

  /** Bound, or refused with an event that says why. */
  private static boolean settled(Cluster cluster, PersistentVolumeClaim made) {
    boolean bound =
        cluster
            .get(Kind.CLAIM, Key.of(made))
            .filter(claim -> new Claim(claim).phase().equals("Bound"))
            .isPresent();
    return bound
        || !cluster.list(Kind.EVENT, Index.EVENT_BY_UID, made.getMetadata().getUid()).isEmpty();
  }

  private static Map<String, String> bindings(Cluster cluster, RandomDisks disks) {
    Map<String, String> bindings = new TreeMap<>();
    for (PersistentVolumeClaim claim : disks.claims()) {
      cluster
          .get(Kind.CLAIM, Key.of(claim))
          .map(Claim::new)
          .filter(stored -> stored.phase().equals("Bound"))
          .ifPresent(stored -> bindings.put(stored.key().name(), stored.volumeName().orElse("")));
    }
    return bindings;
  }

  private Map<String, String> ours(RandomDisks disks) throws IOException {
    try (Machine machine = new Machine(Files.createDirectory(folder.resolve(disks.name())))) {
      disks.volumes().forEach(machine.cluster()::create);
      machine.settle();
      for (PersistentVolumeClaim claim : disks.claims()) {
        machine.cluster().create(claim);
        machine.settle();
      }
      return bindings(machine.cluster(), disks);
    }
  }
}
