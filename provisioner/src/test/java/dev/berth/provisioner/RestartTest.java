package dev.berth.provisioner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.provisioner.cluster.ClusterException;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.quantity.Bytes;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The process dies just before or just after its n-th write, for every n, and starts again. */
final class RestartTest {
  private static final int ENOUGH = 200;

  @TempDir private Path folder;

  @FunctionalInterface
  private interface Story {
    void tell(Machine machine);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void a_life_of_a_claim_ends_the_same_wherever_the_process_dies(boolean after) throws IOException {
    int deaths = everyDeath(after, RestartTest::wholeLife);
    assertThat(deaths).isGreaterThan(15);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void a_claim_deleted_while_its_volume_is_made_leaves_nothing(boolean after) throws IOException {
    everyDeath(after, RestartTest::deletedTooSoon);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void a_retained_volume_is_never_deleted(boolean after) throws IOException {
    everyDeath(after, RestartTest::retained);
  }

  @Test
  void a_lost_reply_makes_no_second_volume() {
    try (Machine machine = new Machine(folder)) {
      machine.csi().loseReply("CreateVolume", Status.UNAVAILABLE);
      machine.csi().loseReply("DeleteVolume", Status.UNAVAILABLE);
      machine.csi().loseReply("ControllerExpandVolume", Status.UNAVAILABLE);
      wholeLife(machine);
    }
  }

  private static void wholeLife(Machine machine) {
    machine.cluster().create(Objects.waiting("local"));
    machine.cluster().create(Objects.claim("data", "local").build());
    machine.cluster().create(Objects.pod("web", "data"));
    machine.settle();
    assertThat(machine.claim("data").phase()).isEqualTo("Bound");
    assertThat(machine.volumeOf("data").phase()).isEqualTo("Bound");
    assertThat(machine.pod("web").getSpec().getNodeName()).isEqualTo(FakeCsi.NODE);

    machine.resize("data", "128Mi");
    machine.settle();
    machine.growOnNode("data");
    machine.settle();
    assertThat(machine.claim("data").capacity()).isEqualTo(new Bytes(128 << 20));
    assertThat(machine.volumeOf("data").capacity()).isEqualTo(new Bytes(128 << 20));

    machine.delete(Kind.CLAIM, "data");
    machine.settle();
    assertThat(machine.csi().volumes()).hasSize(1);
    machine.end("web");
    machine.settle();
    nothingIsLeft(machine);
    assertThat(machine.csi().made()).isEqualTo(1);
  }

  private static void deletedTooSoon(Machine machine) {
    machine.csi().loseReply("CreateVolume", Status.DEADLINE_EXCEEDED);
    machine.cluster().create(Objects.klass("fast").build());
    machine.cluster().create(Objects.claim("data", "fast").build());
    machine.pass();
    try {
      machine.delete(Kind.CLAIM, "data");
    } catch (ClusterException.NotFound _) {
      // never more than once
    }
    machine.settle();
    nothingIsLeft(machine);
  }

  private static void retained(Machine machine) {
    machine.cluster().create(Objects.klass("kept").withReclaimPolicy("Retain").build());
    machine.cluster().create(Objects.claim("data", "kept").build());
    machine.settle();
    String volume = machine.volumeOf("data").name();
    machine.delete(Kind.CLAIM, "data");
    machine.settle();
    assertThat(
            machine.cluster().get(Kind.VOLUME, Key.of(volume)).orElseThrow().getStatus().getPhase())
        .isEqualTo("Released");
    machine.delete(Kind.VOLUME, volume);
    machine.settle();
    assertThat(machine.cluster().list(Kind.VOLUME)).isEmpty();
    assertThat(machine.csi().volumes()).containsExactly(volume);
    assertThat(machine.csi().calls()).doesNotContain("DeleteVolume");
  }

  private static void nothingIsLeft(Machine machine) {
    assertThat(machine.cluster().list(Kind.CLAIM)).isEmpty();
    assertThat(machine.cluster().list(Kind.VOLUME)).isEmpty();
    assertThat(machine.csi().volumes()).isEmpty();
  }

  /** Tells the story with a death at the first write, then at the second, until there is none. */
  private int everyDeath(boolean after, Story story) throws IOException {
    for (int n = 1; n < ENOUGH; n++) {
      Path own = Files.createDirectory(folder.resolve("death-" + n));
      try (Machine machine = new Machine(own)) {
        StoppingCluster stopping = new StoppingCluster(machine.cluster(), n, after);
        machine.stopAt(stopping);
        story.tell(machine);
        if (!stopping.stopped()) {
          return n - 1;
        }
      } catch (AssertionError e) {
        throw new AssertionError("death at write " + n + (after ? ", done" : ", not done"), e);
      }
    }
    throw new AssertionError("the story never ends without a death");
  }
}
