package dev.berth.provisioner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Preconditions;
import dev.berth.provisioner.cluster.embedded.EmbeddedCluster;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.pod.FakeHostMounts;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All controllers on their own threads. */
final class VolumeControllerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path folder;
  private EmbeddedCluster cluster;
  private FakeCsi csi;

  @BeforeEach
  void start() {
    cluster = EmbeddedCluster.open(folder.resolve("cluster.db"), Clock.systemUTC());
    csi = new FakeCsi();
  }

  @AfterEach
  void stop() {
    cluster.close();
    csi.close();
  }

  private VolumeController controller() {
    return VolumeController.start(
        Settings.of(FakeCsi.NODE, folder.resolve("root")),
        cluster,
        csi.driver(),
        new FakeHostMounts(),
        Clock.systemUTC());
  }

  private long bound() {
    return cluster.list(Kind.CLAIM).stream()
        .filter(claim -> new Claim(claim).phase().equals("Bound"))
        .count();
  }

  @Test
  void fifty_claims_are_bound_and_go_again() {
    try (VolumeController _ = controller()) {
      cluster.create(Objects.klass("fast").build());
      IntStream.range(0, 50)
          .forEach(i -> cluster.create(Objects.claim("data-" + i, "fast").build()));
      await().atMost(PATIENCE).until(() -> bound() == 50);
      assertThat(csi.made()).isEqualTo(50);
      IntStream.range(0, 50)
          .forEach(
              i -> cluster.delete(Kind.CLAIM, Key.of("default", "data-" + i), Preconditions.NONE));
      await()
          .atMost(PATIENCE)
          .until(() -> cluster.list(Kind.VOLUME).isEmpty() && csi.volumes().isEmpty());
    }
  }

  @Test
  void what_was_written_while_nobody_looked_is_found_at_the_start() {
    cluster.create(Objects.waiting("local"));
    cluster.create(Objects.claim("data", "local").build());
    cluster.create(Objects.pod("web", "data"));
    try (VolumeController _ = controller()) {
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  FakeCsi.NODE.equals(
                      cluster
                          .get(Kind.POD, Key.of("default", "web"))
                          .orElseThrow()
                          .getSpec()
                          .getNodeName()));
    }
  }

  @Test
  void closing_waits_for_the_call_that_is_under_way() {
    CountDownLatch answer = new CountDownLatch(1);
    csi.holdCreate(answer);
    cluster.create(Objects.klass("fast").build());
    cluster.create(Objects.claim("data", "fast").build());
    VolumeController controller = controller();
    await().atMost(PATIENCE).until(() -> csi.creating() == 1);
    Thread closer = Thread.ofVirtual().start(controller::close);
    answer.countDown();
    await().atMost(PATIENCE).until(() -> !closer.isAlive());
    assertThat(csi.volumes()).hasSize(1);
    assertThat(cluster.list(Kind.VOLUME)).hasSize(1);
  }
}
