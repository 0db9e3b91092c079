package dev.berth.program.demo;

import dev.berth.program.terminal.Style;
import dev.berth.program.terminal.Style.Tone;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** Tells the steps as they happen: a line each, with the time since the beginning. */
final class Narration {
  private static final String INDENT = " ".repeat(14);

  private final PrintWriter out;
  private final Style style;
  private final boolean terminal;
  private final InstantSource clock;
  private final Instant began;
  private int steps;

  Narration(PrintWriter out, Style style, boolean terminal, InstantSource clock) {
    this.out = out;
    this.style = style;
    this.terminal = terminal;
    this.clock = clock;
    this.began = clock.instant();
  }

  /** A heading over the steps that follow. */
  void chapter(String title) {
    out.println();
    out.println(style.paint(Tone.STRONG, title));
    out.flush();
  }

  /**
   * Does a step and says that it is done; what the step throws passes through.
   *
   * @param doing what is under way, seen on a terminal until it is done
   * @param step does and checks it; answers what was done and, on further lines, what was seen
   */
  void step(String doing, Supplier<List<String>> step) {
    if (terminal) {
      out.print("  " + style.paint(Tone.FAINT, "… " + doing));
      out.flush();
    }
    List<String> told;
    try {
      told = step.get();
    } catch (RuntimeException e) {
      line(mark(false), Tone.BAD, doing);
      throw e;
    }
    steps++;
    line(mark(true), Tone.GOOD, told.getFirst());
    told.stream().skip(1).forEach(detail -> out.println(INDENT + style.paint(Tone.FAINT, detail)));
    out.flush();
  }

  private void line(String mark, Tone tone, String text) {
    String time = String.format(Locale.ROOT, "%7.2f s", elapsed().toMillis() / 1000.0);
    out.println((terminal ? "\r\033[K" : "") + "  " + style.paint(tone, mark) + time + "  " + text);
    out.flush();
  }

  private String mark(boolean good) {
    if (terminal) {
      return good ? "✓" : "✗";
    }
    return good ? "ok" : "FAILED";
  }

  /** A line of its own. */
  void say(String text) {
    out.println(text);
    out.flush();
  }

  /** What went wrong, with the last that the daemon said. */
  void failure(String expected, String seen, List<String> log) {
    say(INDENT + "expected: " + expected);
    say(INDENT + style.paint(Tone.BAD, "seen:     " + seen));
    if (!log.isEmpty()) {
      say(INDENT + "the daemon's last lines:");
      log.forEach(entry -> say(INDENT + "  " + style.paint(Tone.FAINT, entry)));
    }
  }

  Duration elapsed() {
    return Duration.between(began, clock.instant());
  }

  int steps() {
    return steps;
  }
}
