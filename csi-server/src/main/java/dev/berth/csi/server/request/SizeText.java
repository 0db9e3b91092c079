package dev.berth.csi.server.request;

import dev.berth.storage.Bytes;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sizes as Kubernetes quantities write them: {@code 20Gi}, {@code 1.5Ti}, {@code 500M} or plain
 * bytes.
 */
public final class SizeText {
  /** What a message says about the form. */
  public static final String RULE = "a size such as 20Gi, 500M or 1073741824";

  private static final Pattern SHAPE =
      Pattern.compile("([0-9]{1,18}(?:\\.[0-9]{1,9})?)([A-Za-z]{0,2})");
  private static final Map<String, BigDecimal> UNITS =
      Map.ofEntries(
          Map.entry("", power(10, 0)),
          Map.entry("k", power(10, 3)),
          Map.entry("M", power(10, 6)),
          Map.entry("G", power(10, 9)),
          Map.entry("T", power(10, 12)),
          Map.entry("P", power(10, 15)),
          Map.entry("Ki", power(1024, 1)),
          Map.entry("Mi", power(1024, 2)),
          Map.entry("Gi", power(1024, 3)),
          Map.entry("Ti", power(1024, 4)),
          Map.entry("Pi", power(1024, 5)));

  private SizeText() {}

  /** The size; a fraction of a byte is cut off. Empty when it is none or does not fit 63 bits. */
  public static Optional<Bytes> parse(String text) {
    Matcher parts = SHAPE.matcher(text);
    if (!parts.matches() || !UNITS.containsKey(parts.group(2))) {
      return Optional.empty();
    }
    BigDecimal value = new BigDecimal(parts.group(1)).multiply(UNITS.get(parts.group(2)));
    return value.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0
        ? Optional.empty()
        : Optional.of(Bytes.of(value.longValue()));
  }

  private static BigDecimal power(long base, int exponent) {
    return BigDecimal.valueOf(base).pow(exponent);
  }
}
