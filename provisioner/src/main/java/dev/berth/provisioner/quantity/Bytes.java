package dev.berth.provisioner.quantity;

import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;

/**
 * A size in bytes, never negative.
 *
 * @param value the number of bytes
 */
public record Bytes(long value) implements Comparable<Bytes> {
  private static final String[] BINARY = {"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};
  private static final int STEP = 1024;
  private static final BigDecimal LARGEST = BigDecimal.valueOf(Long.MAX_VALUE);

  public Bytes {
    if (value < 0) {
      throw new IllegalArgumentException("size " + value + ": must not be negative");
    }
  }

  /**
   * The size a quantity names, a fraction rounded up as Kubernetes does; what passes the largest
   * signed 64-bit number is that number.
   *
   * @throws IllegalArgumentException if the quantity has an unknown suffix or is negative
   */
  public static Bytes of(Quantity quantity) {
    BigDecimal exact = exact(quantity);
    return new Bytes(exact.setScale(0, RoundingMode.CEILING).min(LARGEST).longValueExact());
  }

  /** The library rounds binary multiples to 16 digits, which is wrong from 1Ei on. */
  private static BigDecimal exact(Quantity quantity) {
    int suffix = Arrays.asList(BINARY).indexOf(quantity.getFormat());
    return suffix > 0
        ? new BigDecimal(quantity.getAmount()).multiply(BigDecimal.valueOf(STEP).pow(suffix))
        : Quantity.getAmountInBytes(quantity);
  }

  /** The size as a quantity in the shortest exact binary form: {@code 320Mi}, else plain bytes. */
  public Quantity toQuantity() {
    long amount = value;
    int suffix = 0;
    while (amount != 0 && amount % STEP == 0 && suffix < BINARY.length - 1) {
      amount /= STEP;
      suffix++;
    }
    return new Quantity(Long.toString(amount), BINARY[suffix]);
  }

  /** Whether this size is smaller than another. */
  public boolean isLessThan(Bytes other) {
    return value < other.value;
  }

  @Override
  public int compareTo(Bytes other) {
    return Long.compare(value, other.value);
  }

  /** As a quantity: {@code 320Mi}. */
  @Override
  public String toString() {
    return toQuantity().toString();
  }
}
