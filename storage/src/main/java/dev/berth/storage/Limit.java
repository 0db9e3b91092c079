package dev.berth.storage;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What the size of a directory volume is worth. */
public enum Limit {
  /** The kernel refuses what goes beyond it. */
  ENFORCED,
  /** It is counted in the pool, and nothing keeps anybody from writing more. */
  ADVISORY;

  /** The limit that {@code text} ({@code enforced} or {@code advisory}) stands for. */
  public static Optional<Limit> parse(String text) {
    return Arrays.stream(values()).filter(a -> a.word().equals(text)).findFirst();
  }

  /** As StorageClass parameters and volume.json spell it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
