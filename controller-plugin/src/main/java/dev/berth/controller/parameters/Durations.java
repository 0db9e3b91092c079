package dev.berth.controller.parameters;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as people write them in a StorageClass: {@code 24h}, {@code 1h30m}, {@code 7d}, {@code
 * 500ms}.
 */
final class Durations {
  private static final Pattern SHAPE =
      Pattern.compile(
          "(?:(\\d{1,5})d)?(?:(\\d{1,7})h)?(?:(\\d{1,8})m)?(?:(\\d{1,9})s)?(?:(\\d{1,9})ms)?");

  private Durations() {}

  /** {@link IllegalArgumentException} for anything else. */
  static Duration parse(String text) {
    Matcher parts = SHAPE.matcher(text);
    if (text.isEmpty() || !parts.matches()) {
      throw new IllegalArgumentException("not a duration: " + text);
    }
    return Duration.ofDays(part(parts, 1))
        .plusHours(part(parts, 2))
        .plusMinutes(part(parts, 3))
        .plusSeconds(part(parts, 4))
        .plusMillis(part(parts, 5));
  }

  private static long part(Matcher parts, int group) {
    String digits = parts.group(group);
    return digits == null ? 0 : Long.parseLong(digits);
  }
}
