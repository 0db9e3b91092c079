package dev.berth.program.terminal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Colour, or none: only on a terminal, and never when NO_COLOR is set to anything (no-color.org) or
 * TERM is {@code dumb}.
 *
 * @param colour whether escape sequences are written
 */
public record Style(boolean colour) {
  /** The colours used, by meaning. */
  public enum Tone {
    PLAIN(""),
    GOOD("32"),
    WAITING("33"),
    BAD("31"),
    FAINT("2"),
    STRONG("1");

    private final String code;

    Tone(String code) {
      this.code = code;
    }
  }

  public static final Style PLAIN = new Style(false);

  /** The style of what this process prints on standard output. */
  public static Style ofStandardOutput() {
    return of(isTerminal(1), System.getenv());
  }

  /** The style of what this process prints on standard error. */
  public static Style ofStandardError() {
    return of(isTerminal(2), System.getenv());
  }

  static Style of(boolean terminal, Map<String, String> environment) {
    return new Style(
        terminal
            && environment.getOrDefault("NO_COLOR", "").isEmpty()
            && !environment.getOrDefault("TERM", "").equals("dumb"));
  }

  /** Whether a descriptor of this process is a terminal: read from /proc, as isatty(3) would. */
  public static boolean isTerminal(int descriptor) {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
      return target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.equals("/dev/console");
    } catch (IOException closed) {
      return false;
    }
  }

  /** The text in a tone. */
  public String paint(Tone tone, String text) {
    return colour && !tone.code.isEmpty() && !text.isEmpty()
        ? "\033[" + tone.code + "m" + text + "\033[0m"
        : text;
  }
}
