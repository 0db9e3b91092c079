package dev.berth.program;

import java.util.Objects;

/** The program's version, from its jar; {@code development} when it runs from class folders. */
public final class Version {
  private Version() {}

  public static String text() {
    return Objects.requireNonNullElse(
        Version.class.getPackage().getImplementationVersion(), "development");
  }
}
