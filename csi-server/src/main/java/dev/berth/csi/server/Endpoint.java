package dev.berth.csi.server;

import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * Where a CSI driver listens: {@code unix:///absolute/path.sock}, the only form that the CSI
 * specification knows ("Required environment: CSI_ENDPOINT").
 */
public record Endpoint(Path socket) {
  private static final String SCHEME = "unix://";

  /**
   * {@code sun_path} of unix(7) holds 108 bytes with the terminating zero; the last part of the
   * path is bound under another name first, which may be a few bytes longer.
   */
  private static final int LONGEST = 100;

  public Endpoint {
    if (!socket.isAbsolute() || !socket.normalize().equals(socket)) {
      throw new IllegalArgumentException(
          "endpoint " + socket + " is not an absolute path without . and ..");
    }
    if (!socket.toString().endsWith(".sock")) {
      throw new IllegalArgumentException("endpoint " + socket + " does not end in .sock");
    }
    int length = socket.toString().getBytes(StandardCharsets.UTF_8).length;
    if (length > LONGEST) {
      throw new IllegalArgumentException(
          "endpoint %s has %d bytes; a unix socket's path has %d at most here, choose a shorter one"
              .formatted(socket, length, LONGEST));
    }
  }

  /** Reads {@code unix:///absolute/path.sock}; the exception's message says what is wrong. */
  public static Endpoint parse(String text) {
    if (!text.startsWith(SCHEME + "/")) {
      throw new IllegalArgumentException(
          "endpoint '" + text + "' is not of the form unix:///absolute/path.sock");
    }
    try {
      return new Endpoint(Path.of(text.substring(SCHEME.length())));
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("endpoint '" + text + "' is not a path", e);
    }
  }

  @Override
  public String toString() {
    return SCHEME + socket;
  }
}
