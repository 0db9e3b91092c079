package dev.berth.csi.server.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.storage.VolumeException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReadsTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  private final AtomicBoolean released = new AtomicBoolean();
  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();

  @AfterEach
  void release() {
    released.set(true);
    callers.shutdown();
  }

  /** As a call into a kernel that hangs: it holds its thread, and a carrier if that is virtual. */
  private String hang(CountDownLatch begun) {
    begun.countDown();
    while (!released.get()) {
      Thread.onSpinWait();
    }
    return "late";
  }

  @Test
  void as_many_hung_questions_as_there_are_cores_do_not_stop_another_call() throws Exception {
    int cores = Runtime.getRuntime().availableProcessors();
    try (Reads reads = new Reads(4 * cores, 4 * cores, LONG)) {
      CountDownLatch begun = new CountDownLatch(cores);
      for (int i = 0; i < cores; i++) {
        var _ = callers.submit(() -> reads.ask("volume x", () -> hang(begun)));
      }
      assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
      Future<String> probe = callers.submit(() -> "ready");
      assertThat(probe.get(20, TimeUnit.SECONDS)).isEqualTo("ready");
    }
  }

  @Test
  void a_thing_that_hangs_takes_its_share_of_the_threads_and_no_more() throws Exception {
    try (Reads reads = new Reads(3, 2, LONG)) {
      CountDownLatch begun = new CountDownLatch(2);
      for (int i = 0; i < 3; i++) {
        var _ = callers.submit(() -> reads.ask("volume x", () -> hang(begun)));
      }
      assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(reads.ask("volume y", () -> Thread.currentThread().isVirtual())).isFalse();
    }
  }

  @Test
  void who_waits_too_long_is_told_what_may_hang() throws Exception {
    try (Reads reads = new Reads(1, 1, Duration.ofMillis(50))) {
      CountDownLatch begun = new CountDownLatch(1);
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> reads.ask("volume x", () -> hang(begun)))
            .isInstanceOf(VolumeException.StillRunning.class)
            .hasMessage(
                "the kernel has not answered about volume x in time; its disk may hang (dmesg says more), ask again");
      }
      assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void what_a_question_throws_reaches_the_caller() {
    try (Reads reads = new Reads(1, 1, LONG)) {
      assertThatThrownBy(
              () ->
                  reads.ask(
                      "volume x",
                      () -> {
                        throw new VolumeException.NotFound("gone");
                      }))
          .isInstanceOf(VolumeException.NotFound.class);
      assertThat(reads.ask("volume x", () -> 1)).isEqualTo(1);
    }
  }

  @Test
  void after_the_end_a_question_is_refused() {
    Reads reads = new Reads(1, 1, LONG);
    reads.close();
    assertThatThrownBy(() -> reads.ask("volume x", () -> 1))
        .isInstanceOf(VolumeException.Overloaded.class);
  }
}
