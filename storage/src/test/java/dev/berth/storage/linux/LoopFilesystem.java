package dev.berth.storage.linux;

import dev.berth.storage.Bytes;
import dev.berth.storage.linux.LoopDevices.AttachRequest;
import dev.berth.storage.linux.Programs.Output;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A filesystem of its own on a loop device, mounted in a test's temporary directory: {@code
 * dir/KIND.image} at {@code dir/KIND}. Closing it takes everything away, whatever was mounted below
 * it in between; a JVM that is told to stop closes it too.
 */
public final class LoopFilesystem implements AutoCloseable {
  /** What can be made here. */
  public enum Kind {
    EXT4("mkfs.ext4 -q -F -b 4096 --", 64),
    XFS("mkfs.xfs -q -f -s size=4096 -m reflink=1 --", 300),
    BTRFS("mkfs.btrfs -q -f --", 256);

    private final String mkfs;
    private final int smallestMiB;

    Kind(String mkfs, int smallestMiB) {
      this.mkfs = mkfs;
      this.smallestMiB = smallestMiB;
    }

    public String fsType() {
      return name().toLowerCase(Locale.ROOT);
    }

    public Bytes smallest() {
      return Bytes.ofMiB(smallestMiB);
    }
  }

  private final Linux linux;
  private final Path image;
  private final Path path;
  private final LoopDevice device;
  private final Thread onExit = new Thread(this::takeAway, "loop-filesystem-cleanup");
  private final AtomicBoolean closed = new AtomicBoolean();

  private LoopFilesystem(Linux linux, Path image, Path path, LoopDevice device) {
    this.linux = linux;
    this.image = image;
    this.path = path;
    this.device = device;
    Runtime.getRuntime().addShutdownHook(onExit);
  }

  /** Makes one of {@code size}, a multiple of 4096, in {@code dir}. */
  public static LoopFilesystem make(Linux linux, Kind kind, Bytes size, Path dir) {
    return make(linux, kind, size, dir, List.of(), "");
  }

  /** The same, with options of mkfs in front of its own and options of mount. */
  public static LoopFilesystem make(
      Linux linux, Kind kind, Bytes size, Path dir, List<String> mkfsOptions, String mountData) {
    try {
      Path image = dir.toRealPath().resolve(kind.fsType() + ".image");
      Path path = Files.createDirectory(dir.toRealPath().resolve(kind.fsType()));
      try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
        file.setLength(size.value());
      }
      format(linux, kind, image, mkfsOptions);
      LoopDevice device =
          linux
              .loops()
              .attach(new AttachRequest(image, "berth-test", Bytes.ofKiB(4), false, true, false));
      LoopFilesystem made = new LoopFilesystem(linux, image, path, device);
      try {
        linux.mounts().mount(device.path().toString(), path, kind.fsType(), Set.of(), mountData);
        return made;
      } catch (RuntimeException e) {
        made.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void format(Linux linux, Kind kind, Path image, List<String> options) {
    List<String> command = new ArrayList<>(List.of(kind.mkfs.split(" ")));
    command.addAll(1, options);
    command.add(image.toString());
    Output output = linux.programs().run(command, Duration.ofMinutes(1));
    if (!output.succeeded()) {
      throw new IllegalStateException(command + ": " + output.oneLine());
    }
  }

  /** Where it is mounted. */
  public Path path() {
    return path;
  }

  public Path image() {
    return image;
  }

  public LoopDevice device() {
    return device;
  }

  @Override
  public void close() {
    if (!closed.get()) {
      Runtime.getRuntime().removeShutdownHook(onExit);
      takeAway();
    }
  }

  private void takeAway() {
    if (closed.getAndSet(true)) {
      return;
    }
    List<MountEntry> mounted = linux.mounts().table().below(path);
    mounted.reversed().forEach(e -> linux.mounts().unmount(e.mountPoint(), Set.of()));
    linux.loops().detach(device);
    try {
      Files.deleteIfExists(image);
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
