package dev.berth.e2e.shared;

import dev.berth.e2e.harness.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** The kernel's loop devices, looked at without any help of the program under test. */
final class Loops {
  private static final int BLOCK = 4096;

  private Loops() {}

  private static List<String[]> all(Path folder) {
    return Shell.run("losetup", "--list", "--noheadings", "--raw", "-O", "NAME,BACK-INO,BACK-FILE")
        .lines()
        .map(line -> line.split(" ", 3))
        .filter(words -> words.length == 3 && words[2].startsWith(folder + "/"))
        .toList();
  }

  /** The inodes of the images in that folder that are attached, deleted ones too. */
  static List<String> inodesBelow(Path folder) {
    return all(folder).stream().map(words -> words[1]).toList();
  }

  /** The device that a node has the image of that epoch on. */
  static Path of(Path folder, long epoch, String node) {
    Path image = folder.resolve("image." + epoch + "." + node);
    return all(folder).stream()
        .filter(words -> words[2].split(" ", -1)[0].split("\\\\", -1)[0].equals(image.toString()))
        .map(words -> Path.of(words[0]))
        .findFirst()
        .orElseThrow(() -> new AssertionError(image + " is attached nowhere"));
  }

  /** Writes a block that begins with {@code value} and forces it to the image. */
  static void write(Path device, long value) {
    try (FileChannel out = FileChannel.open(device, StandardOpenOption.WRITE)) {
      ByteBuffer block = ByteBuffer.allocate(BLOCK).putLong(0, value);
      while (block.hasRemaining()) {
        out.write(block);
      }
      out.force(true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static long read(Path image) {
    try (FileChannel in = FileChannel.open(image, StandardOpenOption.READ)) {
      ByteBuffer first = ByteBuffer.allocate(Long.BYTES);
      in.read(first);
      return first.getLong(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
