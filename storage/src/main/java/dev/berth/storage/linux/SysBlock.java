package dev.berth.storage.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * What /sys/block tells about loop devices (Documentation/ABI/testing/sysfs-block), without opening
 * any: an open device cannot be detached by its owner.
 */
final class SysBlock {
  private static final Path ROOT = Path.of("/sys/block");

  /** The numbers of the loop devices that have a file, in order. */
  List<Integer> attachedLoops() {
    List<Integer> numbers = new ArrayList<>();
    try (DirectoryStream<Path> loops = Files.newDirectoryStream(ROOT, "loop*")) {
      for (Path loop : loops) {
        int number = Integer.parseInt(loop.getFileName().toString().substring("loop".length()));
        if (isAttached(number)) {
          numbers.add(number);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("listing " + ROOT, e);
    }
    Collections.sort(numbers);
    return numbers;
  }

  /** The kernel makes the folder {@code loop} when a file is attached and removes it afterwards. */
  boolean isAttached(int number) {
    return Files.exists(folder(number).resolve("loop/backing_file"));
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

  private static Path folder(int number) {
    return ROOT.resolve("loop" + number);
  }
}
