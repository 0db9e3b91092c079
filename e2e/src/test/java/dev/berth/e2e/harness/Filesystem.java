package dev.berth.e2e.harness;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** A filesystem in an image file, loop mounted: stands for a disk that an operator has. */
public record Filesystem(String kind, Path image, Path mountPoint, String device)
    implements AutoCloseable {
  static Filesystem make(String kind, Path image, Path mountPoint, long mebibytes) {
    try (var file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(mebibytes << 20);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    switch (kind) {
      case "ext4" -> Shell.run("mkfs.ext4", "-q", "-F", image.toString());
      case "xfs" -> Shell.run("mkfs.xfs", "-q", "-f", "-m", "reflink=1", image.toString());
      case "btrfs" -> Shell.run("mkfs.btrfs", "-q", "-f", image.toString());
      default -> throw new IllegalArgumentException("no such kind of filesystem: " + kind);
    }
    return mount(kind, image, mountPoint);
  }

  /**
   * Mounts an image that already holds a filesystem; a journal that is not clean is replayed by the
   * mount.
   */
  public static Filesystem mount(String kind, Path image, Path mountPoint) {
    String device = Shell.run("losetup", "--find", "--show", image.toString()).strip();
    String options = kind.equals("xfs") ? "nouuid" : "defaults";
    Shell.Answer answer =
        Shell.ask("mount", "-t", kind, "-o", options, device, mountPoint.toString());
    if (answer.exit() != 0) {
      Shell.ask("losetup", "--detach", device);
      throw new IllegalStateException("mount of " + image + ": " + answer.output());
    }
    return new Filesystem(kind, image, mountPoint, device);
  }

  /**
   * Takes the disk away as an unplugged one: whatever is mounted below, or from an image on it,
   * goes first.
   */
  @Override
  public void close() {
    for (String mount : Scratch.mountsBelow(mountPoint).reversed()) {
      Shell.ask("umount", mount);
    }
    for (String loop : Scratch.loopsBelow(mountPoint)) {
      String device = loop.split(" ", -1)[0];
      for (String mount : Scratch.mountsOf(device).reversed()) {
        Shell.ask("umount", mount);
      }
      Shell.ask("losetup", "--detach", device);
    }
    Shell.Answer answer = Shell.ask("umount", mountPoint.toString());
    Shell.ask("losetup", "--detach", device);
    if (answer.exit() != 0) {
      throw new IllegalStateException("umount of " + mountPoint + ": " + answer.output());
    }
  }
}
