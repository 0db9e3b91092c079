package dev.berth.program.orphan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.provisioner.cluster.CacheSpec;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.ClusterException;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.kubernetes.ApiConnection;
import dev.berth.provisioner.cluster.kubernetes.ApiServer;
import dev.berth.provisioner.cluster.kubernetes.ApiSettings;
import dev.berth.provisioner.cluster.kubernetes.Binaries;
import dev.berth.provisioner.cluster.kubernetes.KubernetesCluster;
import dev.berth.provisioner.orphan.Finding;
import dev.berth.provisioner.orphan.Verdict;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real etcd that is set back to an hour ago, under a pool that lives on. */
final class RestoredIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration LONG = Duration.ofDays(1000);

  @TempDir private Path folder;

  private static Cluster open(ApiConnection connection) throws InterruptedException {
    return KubernetesCluster.open(
        connection,
        List.of(CacheSpec.of(Kind.CLAIM), CacheSpec.of(Kind.VOLUME), CacheSpec.of(Kind.NODE)));
  }

  private static ApiConnection connect(ApiServer server) {
    return ApiConnection.open(
        ApiSettings.of(
            Optional.of(server.kubeconfig(ApiServer.ADMIN)), "test", (_, _, _, _) -> {}));
  }

  /** The volume of a claim with its PV, as far as a node knows it. */
  private static String lives(World world, PersistentVolumeClaim claim) {
    String handle = world.made(claim);
    String name = "pv-" + claim.getMetadata().getName();
    world.volume(name, handle, claim);
    await()
        .atMost(PATIENCE)
        .until(() -> world.cluster().get(Kind.CLAIM, Key.of(claim)).isPresent());
    world.bind(claim, name);
    await()
        .atMost(PATIENCE)
        .until(() -> world.cluster().get(Kind.VOLUME, Key.of(name)).isPresent());
    return handle;
  }

  /** As often as one likes; an API server that is not there yet moves nothing either. */
  private static void sweeps(World world) {
    for (int i = 0; i < 3; i++) {
      try {
        world.later(LONG).sweep();
      } catch (ClusterException _) {
        // it cannot be asked
      }
    }
    assertThat(world.trash()).isEmpty();
  }

  @Test
  void what_was_made_after_the_backup_is_never_moved_and_is_reported() throws Exception {
    Path backup = folder.resolve("backup");
    try (ApiServer server = ApiServer.start(Binaries.orSkip())) {
      List<String> handles;
      String here;
      try (ApiConnection connection = connect(server);
          World world = new World(folder, open(connection))) {
        await()
            .atMost(PATIENCE)
            .until(() -> world.cluster().getLive(Kind.NAMESPACE, Key.of("default")).isPresent());
        here = world.clusterId();
        PersistentVolumeClaim before = world.claim("before");
        server.save(backup);
        handles = List.of(lives(world, before), lives(world, world.claim("after")));
        world.sweep(); // sees their PVs
        server.restore(backup);
        sweeps(world); // with what it knew, and no more
      }
      try (ApiConnection connection = connect(server);
          World world = new World(folder, open(connection))) { // restarted, as after any restore
        assertThat(world.clusterId()).isEqualTo(here);
        assertThat(world.cluster().list(Kind.VOLUME)).isEmpty();
        assertThat(world.cluster().list(Kind.CLAIM))
            .singleElement()
            .extracting(claim -> claim.getMetadata().getName())
            .isEqualTo("before");
        sweeps(world);
        assertThat(world.orphans().examine())
            .hasSize(2)
            .allSatisfy(found -> assertThat(found.verdict()).isInstanceOf(Verdict.Unclaimed.class))
            .extracting(Finding::volume)
            .extracting(volume -> volume.handle())
            .containsExactlyInAnyOrderElementsOf(handles);
        assertThat(handles).allSatisfy(handle -> assertThat(world.record(handle)).exists());
      }
    }
  }
}
