package dev.berth.program.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.ref.WeakReference;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ThriftTest {
  private static final long MIB = 1 << 20;

  @Test
  void a_few_megabytes_are_not_worth_a_look() {
    assertThat(Thrift.isWorthIt(38 * MIB, 30 * MIB)).isFalse();
    assertThat(Thrift.isWorthIt(39 * MIB, 30 * MIB)).isTrue();
    assertThat(Thrift.isWorthIt(20 * MIB, 30 * MIB)).isFalse();
  }

  @Test
  void what_nobody_needs_any_more_is_collected_though_the_heap_is_not_full() {
    WeakReference<byte[]> garbage = new WeakReference<>(new byte[(int) (16 * MIB)]);
    try (Thrift _ = Thrift.start(Duration.ofMillis(10))) {
      await().until(() -> garbage.get() == null);
    }
  }
}
