package dev.berth.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class BytesTest {
  @Test
  void a_size_is_never_negative() {
    assertThatThrownBy(() -> Bytes.of(-1))
        .hasMessage("a size is never negative, but this one is -1");
    assertThatThrownBy(() -> Bytes.of(1).minus(Bytes.of(2)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(Bytes.of(1).minusOrZero(Bytes.of(2))).isEqualTo(Bytes.ZERO);
  }

  @Test
  void what_does_not_fit_is_refused_and_never_wraps() {
    Bytes most = Bytes.of(Long.MAX_VALUE);
    assertThatThrownBy(() -> most.plus(Bytes.of(1))).isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> most.times(2)).isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> Bytes.ofGiB(1L << 40)).isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> most.roundUpTo(Bytes.ofKiB(4)))
        .isInstanceOf(ArithmeticException.class);
  }

  @Test
  void it_reads_as_people_write_it_when_that_is_exact() {
    assertThat(Bytes.ofMiB(320)).hasToString("320Mi");
    assertThat(Bytes.of(335544321)).hasToString("335544321 bytes");
    assertThat(Bytes.ofGiB(1024)).hasToString("1Ti");
    assertThat(Bytes.ZERO).hasToString("0 bytes");
  }

  @Property
  void rounding_finds_the_nearest_multiple(
      @ForAll @LongRange(max = 1L << 50) long value,
      @ForAll @LongRange(min = 1, max = 1L << 30) long unit) {
    Bytes size = Bytes.of(value);
    Bytes up = size.roundUpTo(Bytes.of(unit));
    Bytes down = size.roundDownTo(Bytes.of(unit));
    assertThat(up.isMultipleOf(Bytes.of(unit))).isTrue();
    assertThat(down.isMultipleOf(Bytes.of(unit))).isTrue();
    assertThat(up.value() - value).isBetween(0L, unit - 1);
    assertThat(value - down.value()).isBetween(0L, unit - 1);
  }
}
