package dev.berth.program.serve;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Durations as Kubernetes' own programs take them: {@code 90s}, {@code 5m}, {@code 1h30m}. */
final class DurationText {
  /** What a message says about the form. */
  static final String RULE = "a duration such as 90s, 5m, 1h30m or 24h";

  private static final Pattern SHAPE =
      Pattern.compile("(?:([0-9]{1,6})h)?(?:([0-9]{1,7})m)?(?:([0-9]{1,9})s)?");

  private DurationText() {}

  static Optional<Duration> parse(String text) {
    Matcher parts = SHAPE.matcher(text);
    if (text.isEmpty() || !parts.matches()) {
      return Optional.empty();
    }
    return Optional.of(
        Duration.ofHours(number(parts.group(1)))
            .plusMinutes(number(parts.group(2)))
            .plusSeconds(number(parts.group(3))));
  }

  private static long number(@Nullable String digits) {
    return digits == null ? 0 : Long.parseLong(digits);
  }
}
