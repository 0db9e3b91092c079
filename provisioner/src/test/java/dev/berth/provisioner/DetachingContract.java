package dev.berth.provisioner;

import static dev.berth.provisioner.AttachingWorld.ONE;
import static dev.berth.provisioner.AttachingWorld.PATIENCE;
import static dev.berth.provisioner.AttachingWorld.TWO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Preconditions;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.grpc.Status;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What detaching promises, of nodes that answer and of those that do not. */
abstract class DetachingContract extends AttachingCase {
  @Test
  void what_may_have_been_attached_is_detached_even_if_nobody_learned_of_it() throws Exception {
    for (int i = 0; i < 40; i++) {
      world.driver().loseReply("ControllerPublishVolume", Status.DEADLINE_EXCEEDED);
    }
    world.bound("data");
    Pod web = world.pod("web", "data", ONE);
    try (var _ = world.control()) {
      await().atMost(PATIENCE).until(() -> !world.driver().nodesOf("vol-data").isEmpty());
    }
    world.gone(web); // while nobody looks
    world.driver().loseReply("ControllerUnpublishVolume", Status.UNAVAILABLE);
    world.driver().fail("ControllerUnpublishVolume", Status.INTERNAL.withDescription("no"));
    try (var _ = world.control()) {
      world.detached("data", ONE);
    }
    assertThat(world.driver().nodesOf("vol-data")).isEmpty();
    assertThat(world.driver().calls())
        .filteredOn(call -> call.startsWith("ControllerUnpublishVolume"))
        .hasSize(3);
  }

  @Test
  void a_driver_that_knows_neither_volume_nor_node_any_more_has_detached() throws Exception {
    try (var _ = world.control()) {
      Pod web = mounted("web");
      world.driver().fail("ControllerUnpublishVolume", Status.NOT_FOUND);
      world.gone(web);
      world.uses(ONE);
      world.detached("data", ONE);
    }
  }

  @Test
  void a_silent_node_loses_what_no_pod_needs_after_six_minutes_even_across_a_restart()
      throws Exception {
    try (var _ = world.control()) {
      Pod first = mounted("first");
      world.ready(ONE, false);
      world.gone(first);
      world.pod("second", "data", TWO);
      await().atMost(PATIENCE).until(this::unwanted);
    }
    world.pass(Duration.ofMinutes(5));
    try (var _ = world.control()) {
      staysAttached(Duration.ofSeconds(1));
      world.pass(Duration.ofMinutes(2));
      world.mounted("data", TWO);
      world.detached("data", ONE);
      assertThat(world.forced("timeout")).isEqualTo(1);
      assertThat(world.driver().most()).isEqualTo(1);
    }
  }

  @Test
  void a_node_that_comes_back_in_time_keeps_its_volume_until_it_has_let_go() throws Exception {
    try (var _ = world.control()) {
      Pod first = mounted("first");
      world.ready(ONE, false);
      world.gone(first);
      await().atMost(PATIENCE).until(this::unwanted);
      world.ready(ONE, true);
      await().atMost(PATIENCE).until(() -> !unwanted());
      world.pass(Duration.ofMinutes(10));
      staysAttached(Duration.ofSeconds(1));
      world.uses(ONE);
      world.detached("data", ONE);
      assertThat(world.forced("timeout")).isZero();
    }
  }

  @Test
  void a_node_out_of_service_loses_its_volumes_at_once() throws Exception {
    try (var _ = world.control()) {
      Pod first = mounted("first");
      world.ready(ONE, false);
      world.outOfService(ONE);
      staysAttached(Duration.ofMillis(500)); // its pod is not even being deleted
      world.gone(first);
      world.pod("second", "data", TWO);
      world.mounted("data", TWO);
      assertThat(world.forced("out-of-service")).isEqualTo(1);
    }
  }

  @Test
  void a_pod_whose_containers_still_run_keeps_its_volume_while_it_is_being_deleted()
      throws Exception {
    try (var _ = world.control()) {
      Pod web = mounted("web");
      Pod held =
          world
              .cluster()
              .replace(
                  new PodBuilder(world.cluster().getLive(Kind.POD, Key.of(web)).orElseThrow())
                      .editMetadata()
                      .addToFinalizers("example.com/kept")
                      .endMetadata()
                      .build());
      running(held, true);
      world.gone(web);
      world.uses(ONE);
      staysAttached(Duration.ofMillis(500));
      running(held, false);
      world.detached("data", ONE);
    }
  }

  private void running(Pod pod, boolean running) {
    PodBuilder now = new PodBuilder(world.cluster().getLive(Kind.POD, Key.of(pod)).orElseThrow());
    var state =
        now.editOrNewStatus()
            .withPhase("Running")
            .withContainerStatuses()
            .addNewContainerStatus()
            .withName("main")
            .withImage("scratch")
            .withImageID("")
            .withReady(running)
            .withRestartCount(0)
            .withNewState();
    if (running) {
      state.withNewRunning().endRunning().endState().endContainerStatus().endStatus();
    } else {
      state
          .withNewTerminated()
          .withExitCode(0)
          .endTerminated()
          .endState()
          .endContainerStatus()
          .endStatus();
    }
    world.cluster().replaceStatus(now.build());
  }

  @Test
  void a_pv_that_is_deleted_goes_after_its_last_attachment() throws Exception {
    try (var _ = world.control()) {
      Pod web = mounted("web");
      world.cluster().delete(Kind.VOLUME, Key.of("data"), Preconditions.NONE);
      world.gone(web);
      await()
          .during(Duration.ofMillis(300))
          .atMost(PATIENCE)
          .until(() -> world.cluster().getLive(Kind.VOLUME, Key.of("data")).isPresent());
      world.uses(ONE);
      world.detached("data", ONE);
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  world
                      .cluster()
                      .getLive(Kind.VOLUME, Key.of("data"))
                      .filter(v -> v.getMetadata().getFinalizers().contains(FINALIZER))
                      .isEmpty());
    }
  }
}
