package dev.berth.csi.server.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.berth.storage.VolumeException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OneAtATimeTest {
  private static final Duration LONG = Duration.ofMinutes(1);
  private final OneAtATime<String> volumes = new OneAtATime<>(1, 1, LONG);
  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch end = new CountDownLatch(1);

  @AfterEach
  void close() {
    end.countDown();
    callers.shutdown();
    volumes.close();
  }

  @Test
  void the_work_runs_on_a_platform_thread_and_its_result_comes_back() {
    assertThat(volumes.run("v", () -> Thread.currentThread().isVirtual() + " done"))
        .isEqualTo("false done");
  }

  @Test
  void a_second_caller_is_refused_at_once_while_the_first_works() {
    Future<String> first = callers.submit(() -> volumes.run("v", LONG, this::untilTheEnd));
    await().until(() -> taken("v"));
    assertThatThrownBy(() -> volumes.run("v", LONG, () -> "never"))
        .isInstanceOf(VolumeException.Busy.class)
        .hasMessage("another operation on v is under way; try again when it has ended");
    end.countDown();
    assertThat(first).succeedsWithin(LONG).isEqualTo("ended");
  }

  @Test
  void the_claim_stays_with_the_work_when_the_caller_gives_up() {
    CountDownLatch begun = new CountDownLatch(1);
    assertThatThrownBy(
            () ->
                volumes.run(
                    "v",
                    Duration.ofMillis(1),
                    () -> {
                      begun.countDown();
                      return untilTheEnd();
                    }))
        .isInstanceOf(VolumeException.StillRunning.class)
        .hasMessage("the operation on v goes on; ask again for its outcome");
    assertThat(taken("v")).isTrue();
    end.countDown();
    await().until(() -> !taken("v"));
    assertThat(begun.getCount()).isZero();
  }

  @Test
  void more_work_than_threads_and_queue_hold_is_turned_away_and_frees_its_key() {
    callers.execute(() -> volumes.run("one", LONG, this::untilTheEnd));
    await().until(() -> taken("one"));
    callers.execute(() -> volumes.run("two", LONG, this::untilTheEnd));
    await().until(() -> taken("two"));
    await()
        .untilAsserted(
            () ->
                assertThatThrownBy(() -> volumes.run("three", LONG, () -> "never"))
                    .isInstanceOf(VolumeException.Overloaded.class)
                    .hasMessageEndingWith("more wait; try again later"));
    assertThat(taken("three")).isFalse();
  }

  @Test
  void a_failure_of_the_work_is_the_failure_of_the_caller_and_frees_the_key() {
    assertThatThrownBy(
            () ->
                volumes.run(
                    "v",
                    () -> {
                      throw new VolumeException.NotFound("no such volume");
                    }))
        .isInstanceOf(VolumeException.NotFound.class);
    assertThat(volumes.run("v", () -> "again")).isEqualTo("again");
  }

  @Test
  void of_many_callers_of_one_key_never_two_work_together() {
    try (var many = new OneAtATime<String>(8, 64, LONG)) {
      AtomicInteger inside = new AtomicInteger();
      AtomicInteger done = new AtomicInteger();
      AtomicInteger refused = new AtomicInteger();
      List<CompletableFuture<Void>> all =
          IntStream.range(0, 200)
              .mapToObj(
                  _ ->
                      CompletableFuture.runAsync(
                          () -> {
                            try {
                              many.run(
                                  "v",
                                  LONG,
                                  () -> {
                                    assertThat(inside.incrementAndGet()).isEqualTo(1);
                                    Thread.onSpinWait();
                                    inside.decrementAndGet();
                                    return done.incrementAndGet();
                                  });
                            } catch (VolumeException.Busy busy) {
                              refused.incrementAndGet();
                            }
                          },
                          callers))
              .toList();
      assertThat(CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)))
          .succeedsWithin(LONG);
      assertThat(done.get() + refused.get()).isEqualTo(200);
      assertThat(done.get()).isPositive();
    }
  }

  private String untilTheEnd() {
    try {
      end.await();
      return "ended";
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private boolean taken(String key) {
    return volumes.isTaken(key);
  }
}
