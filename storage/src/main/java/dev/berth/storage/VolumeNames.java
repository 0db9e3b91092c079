package dev.berth.storage;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/** How a volume is called on disk. */
final class VolumeNames {
  private static final int HASH_BYTES = 16;

  private VolumeNames() {}

  /**
   * The CO's name where that is safe as one segment of a path, else {@code h-} and the first 32 hex
   * digits of its SHA-256: the same for the same name, so a retry finds its own work.
   */
  static String onDisk(String name) {
    if (VolumeId.NAME.matcher(name).matches()) {
      return name;
    }
    byte[] hash = Document.sha256(name.getBytes(StandardCharsets.UTF_8));
    return "h-" + HexFormat.of().formatHex(Arrays.copyOf(hash, HASH_BYTES));
  }
}
