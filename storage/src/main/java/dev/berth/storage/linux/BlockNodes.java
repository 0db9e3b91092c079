package dev.berth.storage.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The nodes in /dev of block devices that are known by their numbers. */
final class BlockNodes {
  private static final String KEY = "DEVNAME=";

  private BlockNodes() {}

  /** The node of a device: {@code DEVNAME=loop3} in its uevent is how the kernel names it. */
  static Path of(DeviceNumber device) {
    Path uevent = Path.of("/sys/dev/block", device.toString(), "uevent");
    try {
      return Files.readAllLines(uevent).stream()
          .filter(line -> line.startsWith(KEY))
          .map(line -> Path.of("/dev").resolve(line.substring(KEY.length())))
          .findFirst()
          .orElseThrow(() -> new IOException("no " + KEY + " in " + uevent));
    } catch (IOException e) {
      throw new UncheckedIOException("looking for the node of device " + device, e);
    }
  }
}
