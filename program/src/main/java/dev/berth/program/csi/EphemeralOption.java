package dev.berth.program.csi;

import dev.berth.csi.server.request.SizeText;
import dev.berth.node.ephemeral.EphemeralSettings;

/** The option {@code --ephemeral}. */
public final class EphemeralOption {
  /** What it is unless somebody says. */
  public static final String OFF = "off";

  /** What a message says about the form. */
  public static final String RULE = SizeText.RULE + ", or off";

  /** For the help. */
  public static final String DESCRIPTION =
      "Allows inline ephemeral volumes (csi: in a pod) of at most that size each; off (the default) allows none.";

  private EphemeralOption() {}

  /** {@link IllegalArgumentException} with a sentence for people when it is neither. */
  public static EphemeralSettings parse(String text) {
    return text.equals(OFF)
        ? EphemeralSettings.OFF
        : EphemeralSettings.upTo(
            SizeText.parse(text)
                .filter(size -> !size.isZero())
                .orElseThrow(
                    () ->
                        new IllegalArgumentException(
                            "--ephemeral=%s must be %s".formatted(text, RULE))));
  }
}
