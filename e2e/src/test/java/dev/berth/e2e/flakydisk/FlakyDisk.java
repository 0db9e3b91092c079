package dev.berth.e2e.flakydisk;

import dev.berth.e2e.harness.Shell;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;

/** A disk with a filesystem, mounted, that can be told to fail: dm-flakey on a loop device. */
final class FlakyDisk implements AutoCloseable {
  private static final long BYTES = 1L << 30;
  private static final int SECTOR = 512;

  private final String kind;
  private final String name;
  private final Path mountPoint;
  private final String loop;

  /** What the disk does: seconds up, seconds down, and what being down means. */
  private enum Manner {
    WELL("1 0"),
    REFUSES_ALL("0 1"),
    REFUSES_WRITES("0 1 1 error_writes");

    private final String arguments;

    Manner(String arguments) {
      this.arguments = arguments;
    }
  }

  FlakyDisk(String kind, Path folder) {
    this.kind = kind;
    this.name = "berth-flaky-" + kind;
    this.mountPoint = folder.resolve("pool");
    Path image = folder.resolve("disk.img");
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(BYTES);
      Files.createDirectory(mountPoint);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    loop = Shell.run("losetup", "--find", "--show", image.toString()).strip();
    Shell.run("dmsetup", "create", name, "--noudevsync", "--table", table(Manner.WELL));
    Shell.run("dmsetup", "mknodes", name);
    Shell.run("mkfs." + kind, "-q", kind.equals("xfs") ? "-f" : "-F", node());
    mount();
  }

  Path mountPoint() {
    return mountPoint;
  }

  /** From now on every read and write ends with EIO. */
  void refuseAll() {
    become(Manner.REFUSES_ALL);
  }

  /** From now on every write ends with EIO. */
  void refuseWrites() {
    become(Manner.REFUSES_WRITES);
  }

  /**
   * The cable is plugged in again, and the operator mounts the disk anew: a filesystem that has
   * lost writes shuts itself down. It lives on under its old mount until the last open file is
   * closed.
   */
  void heal() {
    become(Manner.WELL);
    Shell.run("umount", "--lazy", mountPoint.toString());
    Awaitility.await("end of the old filesystem of " + node())
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> Files.notExists(Path.of("/sys/fs", kind, device())));
    mount();
  }

  @Override
  public void close() {
    become(Manner.WELL);
    Shell.ask("umount", "--lazy", mountPoint.toString());
    Shell.ask("dmsetup", "remove", "--noudevsync", "--retry", name);
    Shell.ask("losetup", "--detach", loop);
  }

  private void mount() {
    Shell.run("mount", "-t", kind, node(), mountPoint.toString());
  }

  /** As it is, with what is under way and what is cached: a real disk gives no warning. */
  private void become(Manner manner) {
    Shell.run("dmsetup", "suspend", "--noudevsync", "--noflush", "--nolockfs", name);
    Shell.run("dmsetup", "load", "--noudevsync", name, "--table", table(manner));
    Shell.run("dmsetup", "resume", "--noudevsync", name);
  }

  private String table(Manner manner) {
    return "0 " + BYTES / SECTOR + " flakey " + loop + " 0 " + manner.arguments;
  }

  private String node() {
    return "/dev/mapper/" + name;
  }

  /** Its name in /sys. */
  private String device() {
    try {
      return String.valueOf(Path.of(node()).toRealPath().getFileName());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
