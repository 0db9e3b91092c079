package dev.berth.storage;

/**
 * A number of bytes, never negative; sums and products that do not fit 63 bits throw {@link
 * ArithmeticException} instead of wrapping.
 */
public record Bytes(long value) implements Comparable<Bytes> {
  public static final Bytes ZERO = new Bytes(0);
  private static final long KIB = 1024;
  private static final String[] UNITS = {"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};

  public Bytes {
    if (value < 0) {
      throw new IllegalArgumentException("a size is never negative, but this one is " + value);
    }
  }

  public static Bytes of(long value) {
    return new Bytes(value);
  }

  public static Bytes ofKiB(long kibibytes) {
    return new Bytes(Math.multiplyExact(kibibytes, KIB));
  }

  public static Bytes ofMiB(long mebibytes) {
    return new Bytes(Math.multiplyExact(mebibytes, KIB * KIB));
  }

  public static Bytes ofGiB(long gibibytes) {
    return new Bytes(Math.multiplyExact(gibibytes, KIB * KIB * KIB));
  }

  public Bytes plus(Bytes other) {
    return new Bytes(Math.addExact(value, other.value));
  }

  /** The difference; {@link IllegalArgumentException} when {@code other} is the larger one. */
  public Bytes minus(Bytes other) {
    return new Bytes(value - other.value);
  }

  /** The difference, or zero when {@code other} is the larger one. */
  public Bytes minusOrZero(Bytes other) {
    return value <= other.value ? ZERO : minus(other);
  }

  public Bytes times(long factor) {
    return new Bytes(Math.multiplyExact(value, factor));
  }

  public Bytes min(Bytes other) {
    return value <= other.value ? this : other;
  }

  public Bytes max(Bytes other) {
    return value >= other.value ? this : other;
  }

  /** The smallest multiple of {@code unit} that is not below this size. */
  public Bytes roundUpTo(Bytes unit) {
    return unit.times(Math.ceilDiv(value, unit.value));
  }

  /** The largest multiple of {@code unit} that is not above this size. */
  public Bytes roundDownTo(Bytes unit) {
    return unit.times(value / unit.value);
  }

  public boolean isMultipleOf(Bytes unit) {
    return value % unit.value == 0;
  }

  public boolean isZero() {
    return value == 0;
  }

  public boolean isLessThan(Bytes other) {
    return value < other.value;
  }

  public boolean isMoreThan(Bytes other) {
    return value > other.value;
  }

  @Override
  public int compareTo(Bytes other) {
    return Long.compare(value, other.value);
  }

  /** {@code 320Mi} when a binary unit says it exactly, else {@code 335544321 bytes}. */
  @Override
  public String toString() {
    long rest = value;
    int unit = 0;
    while (rest != 0 && rest % KIB == 0 && unit < UNITS.length - 1) {
      rest /= KIB;
      unit++;
    }
    return unit == 0 ? value + " bytes" : rest + UNITS[unit];
  }
}
