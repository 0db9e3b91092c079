package dev.berth.storage.linux;

/** The number of a device, as in {@code st_dev}, {@code st_rdev} and mountinfo's third field. */
public record DeviceNumber(int major, int minor) {
  /** Linux keeps 12 bits of major and 20 bits of minor number (include/linux/kdev_t.h). */
  public DeviceNumber {
    if (major < 0 || major > 0xfff || minor < 0 || minor > 0xfffff) {
      throw new IllegalArgumentException(
          "not a device number: " + major + ":" + minor + "; major has 12 bits, minor 20");
    }
  }

  /** Reads {@code 8:1}; anything else is an {@link IllegalArgumentException}. */
  public static DeviceNumber parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 1 || !isNumber(text, 0, colon) || !isNumber(text, colon + 1, text.length())) {
      throw new IllegalArgumentException("not a device number: " + text + "; it looks like 8:1");
    }
    return new DeviceNumber(
        Integer.parseInt(text, 0, colon, 10), Integer.parseInt(text, colon + 1, text.length(), 10));
  }

  /** Up to seven digits; no pattern, for a mount table has thousands of these. */
  private static boolean isNumber(String text, int from, int to) {
    return from < to
        && to - from <= 7
        && text.chars().skip(from).limit(to - from).allMatch(c -> c >= '0' && c <= '9');
  }

  /** The user-space encoding of {@code dev_t}: {@code new_encode_dev} of include/linux/kdev_t.h. */
  public static DeviceNumber decode(long encoded) {
    return new DeviceNumber(
        (int) ((encoded >>> 8) & 0xfff), (int) ((encoded & 0xff) | ((encoded >>> 12) & 0xfff00)));
  }

  /** The opposite of {@link #decode}. */
  public long encode() {
    return (minor & 0xffL) | ((long) major << 8) | ((minor & 0xfff00L) << 12);
  }

  @Override
  public String toString() {
    return major + ":" + minor;
  }
}
