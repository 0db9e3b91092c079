package dev.berth.program.pool;

import java.util.List;
import java.util.Locale;

/** Sizes as people read them. */
final class Human {
  private static final List<String> UNITS = List.of("", "Ki", "Mi", "Gi", "Ti", "Pi");
  private static final int STEP = 1024;

  private Human() {}

  /** {@code 320Mi}, {@code 1.5Gi}: at most one digit after the point, and none that is zero. */
  static String size(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= STEP && unit < UNITS.size() - 1) {
      value /= STEP;
      unit++;
    }
    String text = String.format(Locale.ROOT, "%.1f", value);
    return (text.endsWith(".0") ? text.substring(0, text.length() - 2) : text) + UNITS.get(unit);
  }
}
