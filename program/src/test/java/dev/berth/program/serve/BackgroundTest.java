package dev.berth.program.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BackgroundTest {
  private final List<String> closed = new CopyOnWriteArrayList<>();

  @Test
  void what_is_opened_is_closed_in_reverse_order() {
    Background background =
        Background.start(
            "test",
            parts -> {
              parts.opened(() -> closed.add("first"));
              parts.opened(() -> closed.add("second"));
            });
    await().until(() -> background.trouble().isEmpty());
    assertThat(closed).isEmpty();
    background.close();
    assertThat(closed).containsExactly("second", "first");
  }

  @Test
  void an_opening_that_fails_is_undone_told_and_tried_again() {
    AtomicInteger tries = new AtomicInteger();
    CountDownLatch seen = new CountDownLatch(1);
    try (Background background =
        Background.start(
            "test",
            parts -> {
              parts.opened(() -> closed.add("part of try " + tries.get()));
              if (tries.incrementAndGet() == 1) {
                throw new IllegalStateException("not yet");
              }
              seen.await();
            })) {
      await().until(() -> background.trouble().equals(Optional.of("not yet")));
      await().until(() -> tries.get() == 2);
      assertThat(closed).containsExactly("part of try 1");
      seen.countDown();
      await().until(() -> background.trouble().isEmpty());
    }
    assertThat(closed).containsExactly("part of try 1", "part of try 2");
  }

  @Test
  void a_class_that_cannot_be_loaded_is_told_and_tried_again_like_any_failure() {
    AtomicInteger tries = new AtomicInteger();
    try (Background background =
        Background.start(
            "test",
            _ -> {
              if (tries.incrementAndGet() == 1) {
                throw new NoClassDefFoundError("dev/berth/Missing");
              }
            })) {
      await().until(() -> tries.get() == 2 && background.trouble().isEmpty());
    }
  }

  @Test
  void closing_ends_an_opening_that_waits() {
    CountDownLatch begun = new CountDownLatch(1);
    Background background =
        Background.start(
            "test",
            parts -> {
              parts.opened(() -> closed.add("part"));
              begun.countDown();
              new CountDownLatch(1).await();
            });
    await().until(() -> begun.getCount() == 0);
    assertThat(background.trouble()).contains("test is still starting");
    background.close();
    assertThat(closed).containsExactly("part");
  }
}
