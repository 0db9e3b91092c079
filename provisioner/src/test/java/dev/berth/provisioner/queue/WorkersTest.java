package dev.berth.provisioner.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.provisioner.cluster.ClusterException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

final class WorkersTest {
  private static final Backoff DOUBLING =
      new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(5), 0);

  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
  private final WorkQueue<String> queue = new WorkQueue<>(now::get);

  @Test
  void a_key_that_is_done_does_not_come_again() {
    Workers<String> workers = workers(List.of(Outcome::done));
    queue.add("a");
    assertThat(workers.step()).isTrue();
    assertThat(workers.step()).isFalse();
    assertThat(queue.idle()).isTrue();
  }

  @Test
  void a_key_comes_again_when_the_reconciler_asked_for_it() {
    Workers<String> workers =
        workers(List.of(() -> Outcome.again(Duration.ofSeconds(7)), Outcome::done));
    queue.add("a");
    workers.step();
    assertThat(secondsUntilReady()).isEqualTo(7);
    workers.step();
    assertThat(queue.idle()).isTrue();
  }

  @Test
  void failures_wait_twice_as_long_each_time_up_to_the_limit_and_success_forgets_them() {
    Workers<String> workers =
        workers(
            List.of(
                () -> Outcome.failed("1"),
                () -> Outcome.failed("2"),
                () -> {
                  throw new ClusterException.Unavailable("3");
                },
                () -> {
                  throw new IllegalStateException("a reconciler of the test fails on purpose");
                },
                Outcome::done,
                () -> Outcome.failed("5")));
    queue.add("a");
    for (long expected : new long[] {1, 2, 4, 5}) {
      workers.step();
      assertThat(secondsUntilReady()).isEqualTo(expected);
    }
    workers.step();
    queue.add("a");
    workers.step();
    assertThat(secondsUntilReady()).isEqualTo(1);
  }

  @Test
  void jitter_shortens_a_wait_by_its_share_at_most() {
    Backoff half = new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(60), 0.5);
    Random random = new Random(1);
    for (int i = 0; i < 100; i++) {
      assertThat(half.delay(1, random)).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(2));
    }
    assertThat(half.delay(10_000, random)).isLessThanOrEqualTo(Duration.ofSeconds(60));
  }

  @Test
  void many_workers_share_the_keys_and_closing_waits_for_what_they_do() {
    WorkQueue<String> real = new WorkQueue<>(InstantSource.system());
    Set<String> begun = ConcurrentHashMap.newKeySet();
    Set<String> ended = ConcurrentHashMap.newKeySet();
    CountDownLatch go = new CountDownLatch(1);
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      Workers<String> workers =
          new Workers<>(
              real,
              reconciler(
                  key -> {
                    begun.add(key);
                    go.await();
                    ended.add(key);
                  }),
              Backoff.DEFAULT,
              new Random(1));
      workers.start(3, executor);
      List.of("a", "b", "c").forEach(real::add);
      await().until(() -> begun.size() == 3);
      executor.execute(go::countDown);
      workers.close();
      assertThat(ended).containsExactlyInAnyOrder("a", "b", "c");
    }
  }

  private interface Work {
    void on(String key) throws InterruptedException;
  }

  private static Reconciler<String> reconciler(Work work) {
    return new Reconciler<>() {
      @Override
      public String name() {
        return "test";
      }

      @Override
      public Outcome reconcile(String key) {
        try {
          work.on(key);
          return Outcome.done();
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        }
      }
    };
  }

  private Workers<String> workers(List<Supplier<Outcome>> answers) {
    Deque<Supplier<Outcome>> next = new ArrayDeque<>(answers);
    Reconciler<String> reconciler =
        new Reconciler<>() {
          @Override
          public String name() {
            return "test";
          }

          @Override
          public Outcome reconcile(String key) {
            return next.remove().get();
          }
        };
    return new Workers<>(queue, reconciler, DOUBLING, new Random(1));
  }

  /** Lets time pass until the key is ready, and says how long that took. */
  private long secondsUntilReady() {
    Instant from = now.get();
    while (queue.size() == 0) {
      now.updateAndGet(instant -> instant.plusSeconds(1));
      assertThat(Duration.between(from, now.get())).isLessThan(Duration.ofMinutes(1));
    }
    return Duration.between(from, now.get()).toSeconds();
  }
}
