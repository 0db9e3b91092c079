package dev.berth.storage.linux;

import dev.berth.storage.VolumeException.SystemCallFailed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import jnr.constants.platform.Errno;

/**
 * What /sys/block (Documentation/ABI/testing/sysfs-block) and /proc/partitions tell about loop
 * devices, without opening any: an open device cannot be detached by its owner.
 */
final class SysBlock {
  private static final Path ROOT = Path.of("/sys/block");
  private static final Path PARTITIONS = Path.of("/proc/partitions");

  /** The name ends its line; a partition of a loop device has a {@code p} and a number more. */
  private static final Pattern LOOP = Pattern.compile(" loop(\\d{1,7})$", Pattern.MULTILINE);

  /**
   * The numbers of the loop devices that have a file, in order. /proc/partitions names every block
   * device that has a size, in one read; a loop device without a file has none, and neither has one
   * whose file is shorter than a sector. A machine may have hundreds of numbers that nobody uses.
   */
  List<Integer> attachedLoops() {
    try {
      return attachedLoops(Files.readString(PARTITIONS));
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + PARTITIONS, e);
    }
  }

  static List<Integer> attachedLoops(String partitions) {
    return LOOP.matcher(partitions)
        .results()
        .map(found -> Integer.valueOf(found.group(1)))
        .sorted()
        .toList();
  }

  /** The kernel makes the folder {@code loop} when a file is attached and removes it afterwards. */
  boolean isAttached(int number) {
    return Files.exists(folder(number).resolve("loop/backing_file"));
  }

  /** Whether the attached file has that path, and has not been removed. */
  boolean isAttached(int number, Path file) {
    try {
      String path = Files.readString(folder(number).resolve("loop/backing_file")).stripTrailing();
      return path.equals(file.toString());
    } catch (IOException gone) {
      return false;
    }
  }

  /** Empty when the device has gone away meanwhile. */
  Optional<DeviceNumber> device(int number) {
    Path file = folder(number).resolve("dev");
    try {
      return Optional.of(DeviceNumber.parse(Files.readString(file).strip()));
    } catch (NoSuchFileException gone) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + file, e);
    }
  }

  /** Whether the device's discards were switched off; false where it never had any. */
  boolean isDiscardForbidden(int number) {
    return limit(number, "discard_max_bytes").equals("0")
        && !limit(number, "discard_max_hw_bytes").equals("0");
  }

  /** Switches discard off; while it is off the kernel refuses to switch it on again. */
  void forbidDiscard(int number) {
    Path file = folder(number).resolve("queue/discard_max_bytes");
    try {
      Files.writeString(file, "0", StandardOpenOption.WRITE);
    } catch (IOException e) {
      SystemCallFailed failure = Kernel.failure("write", file + " 0", Errno.EROFS);
      failure.initCause(e);
      throw failure;
    }
  }

  private static String limit(int number, String name) {
    try {
      return Files.readString(folder(number).resolve("queue").resolve(name)).strip();
    } catch (NoSuchFileException gone) {
      return "0";
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + name + " of loop" + number, e);
    }
  }

  private static Path folder(int number) {
    return ROOT.resolve("loop" + number);
  }
}
