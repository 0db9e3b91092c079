package dev.berth.provisioner.cluster.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class TokenBucketTest {
  private static final long MILLI = 1_000_000;

  private final AtomicLong now = new AtomicLong(77);
  private final TokenBucket bucket = new TokenBucket(10, 2, now::get); // one in 100 ms

  @Test
  void what_was_saved_is_free_and_then_each_waits_for_its_turn() {
    assertThat(bucket.take()).isZero();
    assertThat(bucket.take()).isZero();
    assertThat(bucket.take()).isEqualTo(100 * MILLI);
    assertThat(bucket.take()).isEqualTo(200 * MILLI);
    now.addAndGet(250 * MILLI);
    assertThat(bucket.take()).isEqualTo(50 * MILLI);
  }

  @Test
  void no_more_is_saved_than_the_burst() {
    now.addAndGet(3_600_000 * MILLI);
    assertThat(bucket.take()).isZero();
    assertThat(bucket.take()).isZero();
    assertThat(bucket.take()).isPositive();
  }

  @Test
  void a_try_takes_nothing_of_the_future() {
    assertThat(bucket.tryTake()).isTrue();
    assertThat(bucket.tryTake()).isTrue();
    assertThat(bucket.tryTake()).isFalse();
    now.addAndGet(100 * MILLI);
    assertThat(bucket.tryTake()).isTrue();
    assertThat(bucket.tryTake()).isFalse();
  }
}
