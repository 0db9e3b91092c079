package dev.berth.storage.linux;

import dev.berth.storage.Bytes;
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

  /** The unit of {@code size}, whatever the device's blocks are. */
  private static final Bytes SECTOR = Bytes.of(512);

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

  Optional<DeviceNumber> device(int number) {
    return read(number, "dev").map(DeviceNumber::parse);
  }

  Optional<Bytes> blockSize(int number) {
    return read(number, "queue/logical_block_size").map(text -> Bytes.of(Long.parseLong(text)));
  }

  Optional<Bytes> size(int number) {
    return read(number, "size").map(text -> SECTOR.times(Long.parseLong(text)));
  }

  private static Path folder(int number) {
    return ROOT.resolve("loop" + number);
  }

  /** Empty when the device has gone away meanwhile. */
  private static Optional<String> read(int number, String attribute) {
    Path file = folder(number).resolve(attribute);
    try {
      return Optional.of(Files.readString(file).strip());
    } catch (NoSuchFileException gone) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + file, e);
    }
  }
}
