package dev.berth.program.pool;

import dev.berth.program.terminal.Style;
import dev.berth.program.terminal.Style.Tone;

/** A pool as a bar: what data takes, what is promised beyond that, what is free. */
final class Bar {
  private static final int WIDTH = 40;
  private static final double NEARLY_FULL = 0.9;

  private Bar() {}

  /** {@code [####======------]}; promises beyond the size of the pool end at its edge. */
  static String of(long size, long used, long promised, Style style) {
    int taken = cells(used, size);
    int reserved = Math.max(0, cells(Math.max(used, promised), size) - taken);
    Tone tone = promised > size * NEARLY_FULL ? Tone.BAD : Tone.GOOD;
    return "["
        + style.paint(tone, "#".repeat(taken))
        + style.paint(Tone.WAITING, "=".repeat(reserved))
        + style.paint(Tone.FAINT, "-".repeat(WIDTH - taken - reserved))
        + "]";
  }

  private static int cells(long part, long size) {
    if (size <= 0 || part <= 0) {
      return 0;
    }
    double share = Math.min(1, (double) part / size);
    return Math.max(1, (int) Math.round(share * WIDTH)); // something is never nothing
  }

  /** Whole percents, at least one for what is there. */
  static String percent(long part, long size) {
    if (size <= 0 || part <= 0) {
      return "0%";
    }
    return Math.max(1, Math.round(100.0 * part / size)) + "%";
  }
}
