package dev.berth.storage.linux;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads the text of /proc/[pid]/mountinfo (proc_pid_mountinfo(5)). */
final class MountInfo {
  private static final int FIXED_FIELDS = 6;

  private MountInfo() {}

  /**
   * Reads the whole file. It comes as bytes, because a mount point is bytes to the kernel: only
   * after the escapes are undone is it UTF-8.
   */
  static MountTable parse(byte[] text) {
    // Not String.lines(): a carriage return in a name is not escaped and ends no line.
    String[] lines = new String(text, StandardCharsets.ISO_8859_1).split("\n", -1);
    return new MountTable(
        Arrays.stream(lines).filter(l -> !l.isEmpty()).map(MountInfo::entry).toList());
  }

  private static MountEntry entry(String line) {
    List<String> fields = Arrays.asList(line.split(" ", -1));
    int dash = fields.indexOf("-");
    if (dash < FIXED_FIELDS || fields.size() < dash + 4) {
      throw new IllegalArgumentException("not a line of mountinfo: " + line);
    }
    return new MountEntry(
        Integer.parseInt(fields.get(0)),
        Integer.parseInt(fields.get(1)),
        DeviceNumber.parse(fields.get(2)),
        unescape(fields.get(3)),
        path(fields.get(4)),
        words(fields.get(5)),
        fields.subList(FIXED_FIELDS, dash),
        unescape(fields.get(dash + 1)),
        unescape(fields.get(dash + 2)),
        words(fields.get(dash + 3)));
  }

  private static Set<String> words(String commas) {
    Set<String> words = new LinkedHashSet<>();
    for (String word : commas.split(",", -1)) {
      words.add(unescape(word));
    }
    return words;
  }

  /**
   * Java refuses a path that its locale has no letters for (any above ASCII in the C locale): such
   * a mount of somebody else keeps its escaped name, and the rest of the table stays readable.
   */
  private static Path path(String field) {
    return pathOf(unescape(field), field);
  }

  /** The path of a mount point that comes as bytes, without escapes. */
  static Path path(byte[] bytes) {
    return pathOf(
        new String(bytes, StandardCharsets.UTF_8), new String(bytes, StandardCharsets.ISO_8859_1));
  }

  private static Path pathOf(String text, String latin) {
    try {
      return Path.of(text);
    } catch (InvalidPathException unmappable) {
      return Path.of(asciiOnly(latin));
    }
  }

  private static String asciiOnly(String field) {
    return field
        .chars()
        .mapToObj(c -> c < 0x80 ? Character.toString(c) : String.format("\\%03o", c))
        .collect(Collectors.joining());
  }

  /** Undoes {@code \040} and its like, and then reads the bytes as UTF-8. */
  static String unescape(String field) {
    if (field.chars().noneMatch(c -> c == '\\' || c >= 0x80)) {
      return field;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(field.length());
    int i = 0;
    while (i < field.length()) {
      if (isEscape(field, i)) {
        bytes.write(Integer.parseInt(field.substring(i + 1, i + 4), 8));
        i += 4;
      } else {
        bytes.write(field.charAt(i));
        i++;
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static boolean isEscape(String field, int at) {
    if (field.charAt(at) != '\\' || at + 4 > field.length()) {
      return false;
    }
    return field.substring(at + 1, at + 4).chars().allMatch(c -> c >= '0' && c <= '7');
  }
}
