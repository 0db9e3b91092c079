package dev.berth.storage;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Whether an image takes its blocks from the pool as it fills (thin) or all at once (thick). */
public enum Allocation {
  THIN,
  THICK;

  /** The allocation that {@code text} ({@code thin} or {@code thick}) stands for. */
  public static Optional<Allocation> parse(String text) {
    return Arrays.stream(values()).filter(a -> a.word().equals(text)).findFirst();
  }

  /** As StorageClass parameters and volume.json spell it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
