package dev.berth.csi.server.request;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.berth.storage.VolumeException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The sizes that CSI sets for every message ("Size Limits"), checked by descriptor, so that no
 * field of no request is forgotten. Messages name the field and never show a value, which may be a
 * secret.
 */
public final class Limits {
  /** What a string may have unless the protocol says otherwise, in bytes of UTF-8. */
  static final int STRING = 128;

  /** What a map may have, all keys and values together, and so the list of mount flags. */
  static final int MAP = 4096;

  static final int NODE_ID = 256;
  private static final Set<String> PATHS =
      Set.of("staging_target_path", "target_path", "volume_path", "volume_publish_path");
  private static final Set<String> NEVER_NEGATIVE =
      Set.of("required_bytes", "limit_bytes", "max_entries", "max_results");

  private Limits() {}

  /** {@link VolumeException.Invalid} for the first field that is beyond its limit. */
  public static void check(Message request) {
    check(request, "");
  }

  /** {@code text} of a reply, cut to whole characters within the limit of a string. */
  public static String shortened(String text) {
    String cut = text;
    while (bytes(cut) > STRING) {
      cut = cut.substring(0, cut.offsetByCodePoints(cut.length(), -1));
    }
    return cut;
  }

  private static void check(Message message, String prefix) {
    for (Map.Entry<FieldDescriptor, Object> entry : message.getAllFields().entrySet()) {
      FieldDescriptor field = entry.getKey();
      String name = prefix + Names.of(field);
      switch (entry.getValue()) {
        case Collection<?> values when field.isMapField() -> checkMap(name, values);
        case Collection<?> values -> checkList(field, name, values);
        case Message part -> check(part, name + ".");
        case String text -> checkText(field, name, text, prefix.isEmpty());
        case Number number -> checkNumber(field, name, number);
        default -> {}
      }
    }
  }

  private static void checkMap(String name, Collection<?> entries) {
    int total = 0;
    for (Object entry : entries) {
      for (Object part : ((Message) entry).getAllFields().values()) {
        total += bytes(part.toString());
      }
    }
    requireAtMost(name, total, MAP, "keys and values together");
  }

  private static void checkList(FieldDescriptor field, String name, Collection<?> values) {
    List<?> list = List.copyOf(values);
    if (field.getName().equals("mount_flags")) {
      int total = list.stream().mapToInt(flag -> bytes(flag.toString())).sum();
      requireAtMost(name, total, MAP, "all flags together");
      return;
    }
    for (int i = 0; i < list.size(); i++) {
      String element = name + "[" + i + "]";
      switch (list.get(i)) {
        case Message part -> check(part, element + ".");
        case String text -> checkText(field, element, text, false);
        default -> {}
      }
    }
  }

  private static void checkText(
      FieldDescriptor field, String name, String text, boolean ofTheRequest) {
    String bare = field.getName();
    int limit =
        PATHS.contains(bare) ? Fields.LONGEST_PATH : bare.equals("node_id") ? NODE_ID : STRING;
    requireAtMost(name, bytes(text), limit, "UTF-8");
    if (ofTheRequest && bare.equals("name")) {
      text.codePoints()
          .filter(Limits::isForbiddenInNames)
          .findFirst()
          .ifPresent(
              c -> {
                throw new VolumeException.Invalid(
                    "%s contains the control character U+%04X; of these only tab, line feed and carriage return are allowed"
                        .formatted(name, c));
              });
    }
  }

  private static void checkNumber(FieldDescriptor field, String name, Number number) {
    if (NEVER_NEGATIVE.contains(field.getName()) && number.longValue() < 0) {
      throw new VolumeException.Invalid(
          name + " is " + number + "; it must not be negative, 0 means that it is not set");
    }
  }

  private static void requireAtMost(String name, int length, int limit, String of) {
    if (length > limit) {
      throw new VolumeException.Invalid(
          "%s has %d bytes (%s); the limit of CSI is %d".formatted(name, length, of, limit));
    }
  }

  /** U+0000–0008, 000B, 000C, 000E–001F, 007F–009F: CSI's rule for names that callers choose. */
  private static boolean isForbiddenInNames(int c) {
    return Character.isISOControl(c) && c != '\t' && c != '\n' && c != '\r';
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
