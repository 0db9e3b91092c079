package dev.berth.e2e.sigkill;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.e2e.harness.Effort;
import dev.berth.e2e.harness.Scratch;
import dev.berth.program.csi.CsiServices;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Json;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Preconditions;
import dev.berth.provisioner.cluster.embedded.EmbeddedCluster;
import dev.berth.provisioner.metrics.Meters;
import dev.berth.provisioner.orphan.OrphanController;
import dev.berth.provisioner.orphan.Orphans;
import dev.berth.storage.PoolName;
import dev.berth.storage.PoolSettings;
import dev.berth.storage.linux.Linux;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * A daemon that is killed again and again between the making of a volume and its PersistentVolume:
 * what it left is taken up when its claim is still there, and else goes to the trash when the time
 * is over; nothing that a claim was told of is lost.
 */
final class KilledWhileProvisioningE2E {
  private static final int CLAIMS = 6;
  private static final long LONGEST_LIFE = Duration.ofMillis(250).toNanos();
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final Random random = new Random(Long.getLong("berth.seed", System.nanoTime()));
  private int gaps;
  private int forgotten;

  @Test
  void what_was_made_and_not_written_down_is_taken_up_or_trashed() throws Exception {
    int rounds = Effort.of("berth.rounds", 6, 60);
    try (Scratch scratch = new Scratch()) {
      Path pool = scratch.filesystem("xfs", "pool", 4096).mountPoint();
      Daemon daemon = scratch.own(new Daemon(scratch, pool));
      daemon.awaitAnswer();
      daemon.apply(Objects.storageClass("ext4", "Immediate"));
      // On a quiet machine the moment between the two is short: some rounds may miss it.
      for (int round = 0; round < rounds || (gaps == 0 && round < 10 * rounds); round++) {
        round(daemon, round);
      }
      boundToTheirVolumes(daemon);
      assertThat(daemon.stop()).isZero();
      leakedOnesGo(daemon);
    }
    System.out.printf(
        "killed while provisioning: %d volumes had no PV yet, %d of their claims were forgotten%n",
        gaps, forgotten);
    assertThat(gaps).as("volumes that were made and not written down").isPositive();
  }

  private void round(Daemon daemon, int round) throws IOException {
    for (int i = 0; i < CLAIMS; i++) {
      daemon.apply(Objects.claim("c-" + round + "-" + i, "ext4", 16));
    }
    LockSupport.parkNanos(random.nextLong(LONGEST_LIFE));
    daemon.kill();
    try (Cluster left = open(daemon)) {
      SortedSet<String> unnamed = volumes(daemon);
      unnamed.removeAll(named(left));
      gaps += unnamed.size();
      if (round % 2 == 1) {
        forget(left, round);
      }
    }
    daemon.start();
    daemon.awaitAnswer();
    boundToTheirVolumes(daemon);
  }

  private static Cluster open(Daemon daemon) {
    return EmbeddedCluster.open(daemon.root().resolve("cluster.db"), Clock.systemUTC());
  }

  /** As if the objects came from a backup that is older than the claims. */
  private void forget(Cluster left, int round) {
    for (PersistentVolumeClaim claim : left.list(Kind.CLAIM)) {
      if (claim.getMetadata().getName().startsWith("c-" + round + "-")) {
        PersistentVolumeClaim free = Json.copy(Kind.CLAIM, claim);
        free.getMetadata().setFinalizers(List.of());
        left.replace(free);
        left.delete(Kind.CLAIM, Key.of(claim), Preconditions.NONE);
        forgotten++;
      }
    }
  }

  private static SortedSet<String> named(Cluster cluster) {
    SortedSet<String> names = new TreeSet<>();
    cluster.list(Kind.VOLUME).stream()
        .map(volume -> volume.getSpec().getCsi().getVolumeHandle())
        .forEach(handle -> names.add(handle.substring(handle.indexOf('.') + 1)));
    return names;
  }

  private static SortedSet<String> volumes(Daemon daemon) throws IOException {
    try (Stream<Path> all = Files.list(daemon.pool().resolve("volumes"))) {
      return all.map(folder -> String.valueOf(folder.getFileName()))
          .collect(TreeSet::new, TreeSet::add, TreeSet::addAll);
    }
  }

  /** Every claim that there is has its volume, made once. */
  private static void boundToTheirVolumes(Daemon daemon) {
    Awaitility.await("every claim bound")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(
            () -> {
              List<JsonNode> claims = daemon.list("PersistentVolumeClaim");
              assertThat(claims).allMatch(Objects::isBound);
              assertThat(volumes(daemon))
                  .containsAll(
                      claims.stream()
                          .map(claim -> "pvc-" + claim.at("/metadata/uid").asText())
                          .toList());
            });
  }

  /** Two hours later, by the clock of whoever looks. */
  private static void leakedOnesGo(Daemon daemon) throws IOException {
    Clock later = Clock.offset(Clock.systemUTC(), Duration.ofHours(2));
    try (Cluster cluster = open(daemon);
        CsiServices services =
            CsiServices.open(
                Objects.DRIVER,
                "node-1",
                List.of(PoolSettings.of(new PoolName("disk"), daemon.pool(), false)),
                Linux.real(),
                daemon.root())) {
      var orphans =
          new Orphans(
              cluster,
              services.contents(),
              Orphans.Settings.of(Objects.DRIVER, "node-1"),
              later,
              Meters.NONE);
      var _ = new OrphanController(orphans).reconcile(Key.of("pools"));
      assertThat(volumes(daemon)).isEqualTo(named(cluster));
    }
  }
}
