package dev.berth.csi.server.request;

import dev.berth.storage.VolumeException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.stream.StreamSupport;

/** Required fields and paths. */
public final class Fields {
  /** The longest path that Linux takes: PATH_MAX less the terminating zero. */
  static final int LONGEST_PATH = 4095;

  private Fields() {}

  /** The value, which must not be empty: in protobuf an absent string is an empty one. */
  public static String required(String value, String field) {
    if (value.isEmpty()) {
      throw missing(field);
    }
    return value;
  }

  /** Asserts that a repeated field has an element. */
  public static <C extends Collection<?>> C required(C values, String field) {
    if (values.isEmpty()) {
      throw missing(field);
    }
    return values;
  }

  /** Asserts that a message field is set. */
  public static void required(boolean present, String field) {
    if (!present) {
      throw missing(field);
    }
  }

  /**
   * A path as the kubelet gives them: absolute, and without {@code .} and {@code ..}, so that it
   * means what it says.
   */
  public static Path path(String value, String field) {
    Path path = parsed(value, field);
    if (!path.isAbsolute()) {
      throw new VolumeException.Invalid(
          field + " " + value + " is relative; give an absolute path");
    }
    boolean dots =
        StreamSupport.stream(path.spliterator(), false)
            .anyMatch(part -> part.toString().equals("..") || part.toString().equals("."));
    if (dots) {
      throw new VolumeException.Invalid(
          field + " " + value + " contains . or ..; give the path that it leads to");
    }
    if (path.getNameCount() == 0) {
      throw new VolumeException.Invalid(field + " is /; a volume is never mounted there");
    }
    return path;
  }

  private static Path parsed(String value, String field) {
    int length = value.getBytes(StandardCharsets.UTF_8).length;
    if (length > LONGEST_PATH) {
      throw new VolumeException.Invalid(
          "%s has %d bytes; a path has %d at most".formatted(field, length, LONGEST_PATH));
    }
    try {
      return Path.of(value);
    } catch (InvalidPathException e) {
      throw new VolumeException.Invalid(field + " is not a path: " + e.getReason(), e);
    }
  }

  private static VolumeException missing(String field) {
    return new VolumeException.Invalid(field + " is required, and this request leaves it empty");
  }
}
