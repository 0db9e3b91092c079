package dev.berth.provisioner.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class WorkQueueTest {
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
  private final WorkQueue<String> queue = new WorkQueue<>(now::get);

  @Test
  void a_key_is_in_it_once() {
    queue.add("a");
    queue.add("b");
    queue.add("a");
    assertThat(drain()).containsExactly("a", "b");
  }

  @Test
  void a_key_added_while_it_is_processed_comes_again_afterwards_and_not_before() {
    queue.add("a");
    assertThat(queue.poll()).contains("a");
    queue.add("a");
    queue.add("a");
    assertThat(queue.poll()).isEmpty();
    queue.done("a");
    assertThat(drain()).containsExactly("a");
  }

  @Test
  void a_delayed_key_comes_when_its_time_has_come() {
    assertThat(queue.nextDue()).isEmpty();
    queue.addAfter("a", Duration.ofSeconds(10));
    assertThat(queue.nextDue()).contains(Instant.EPOCH.plusSeconds(10));
    pass(Duration.ofSeconds(9));
    assertThat(queue.poll()).isEmpty();
    pass(Duration.ofSeconds(1));
    assertThat(drain()).containsExactly("a");
  }

  @Test
  void of_two_delays_of_a_key_the_shorter_counts_and_it_comes_once() {
    queue.addAfter("a", Duration.ofSeconds(10));
    queue.addAfter("a", Duration.ofSeconds(2));
    queue.addAfter("a", Duration.ofSeconds(5));
    pass(Duration.ofSeconds(2));
    assertThat(drain()).containsExactly("a");
    pass(Duration.ofSeconds(60));
    assertThat(drain()).isEmpty();
    assertThat(queue.idle()).isTrue();
  }

  @Test
  void a_delay_of_nothing_is_now() {
    queue.addAfter("a", Duration.ZERO);
    assertThat(drain()).containsExactly("a");
  }

  @Test
  void it_is_idle_only_when_nothing_is_ready_delayed_or_processed() {
    assertThat(queue.idle()).isTrue();
    queue.add("a");
    assertThat(queue.idle()).isFalse();
    assertThat(queue.poll()).contains("a");
    assertThat(queue.size()).isZero();
    assertThat(queue.idle()).isFalse();
    queue.addAfter("a", Duration.ofSeconds(1));
    queue.done("a");
    assertThat(queue.idle()).isFalse();
  }

  @Test
  void a_taker_waits_for_a_key() {
    CompletableFuture<Optional<String>> taken = takeElsewhere(queue);
    queue.add("a");
    assertThat(taken.join()).contains("a");
  }

  @Test
  void a_taker_waits_for_a_delayed_key_in_real_time() {
    WorkQueue<String> real = new WorkQueue<>(InstantSource.system());
    real.addAfter("a", Duration.ofMillis(20));
    assertThat(takeElsewhere(real).join()).contains("a");
  }

  @Test
  void closing_ends_every_wait() {
    CompletableFuture<Optional<String>> taken = takeElsewhere(queue);
    queue.close();
    assertThat(taken.join()).isEmpty();
    queue.add("a");
    assertThat(queue.poll()).isEmpty();
  }

  @Test
  void no_key_is_ever_with_two_takers() {
    List<CompletableFuture<Boolean>> takers = new ArrayList<>();
    AtomicReference<String> inside = new AtomicReference<>("");
    for (int i = 0; i < 4; i++) {
      takers.add(
          CompletableFuture.supplyAsync(
              () -> {
                boolean alone = true;
                for (int n = 0; n < 500; n++) {
                  queue.add("a");
                  if (queue.poll().isPresent()) {
                    alone &= inside.compareAndSet("", "taken");
                    inside.set("");
                    queue.done("a");
                  }
                }
                return alone;
              }));
    }
    await().until(() -> takers.stream().allMatch(CompletableFuture::isDone));
    assertThat(takers).allMatch(CompletableFuture::join);
  }

  private static CompletableFuture<Optional<String>> takeElsewhere(WorkQueue<String> queue) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return queue.take();
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
        });
  }

  private List<String> drain() {
    List<String> keys = new ArrayList<>();
    for (Optional<String> key = queue.poll(); key.isPresent(); key = queue.poll()) {
      keys.add(key.get());
      queue.done(key.get());
    }
    return keys;
  }

  private void pass(Duration time) {
    now.updateAndGet(instant -> instant.plus(time));
  }
}
