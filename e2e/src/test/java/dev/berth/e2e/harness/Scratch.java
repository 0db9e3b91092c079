package dev.berth.e2e.harness;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/**
 * A folder for one test, and everything that hangs on it. Closing it unmounts what is mounted
 * below, detaches the loop devices whose files lie below, deletes the rest, and only then complains
 * about what the test itself left behind.
 */
public final class Scratch implements AutoCloseable {
  private static final long ENOUGH_MEMORY = 6L << 30;

  private final Path root;
  private final Deque<AutoCloseable> owned = new ArrayDeque<>();

  /** A new folder; its name is short because a unix socket's path has 108 bytes at most. */
  public Scratch() {
    this(temporary(), "b");
  }

  private Scratch(Path parent, String prefix) {
    try {
      root = Files.createTempDirectory(parent, prefix);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * One in memory, where there is enough of it: for what is forced to disk thousands of times. Its
   * name begins with that of the folder for temporary files, so that {@code ./dev test} finds what
   * a run left behind there.
   */
  public static Scratch inMemory() {
    File memory = new File("/dev/shm");
    return memory.getUsableSpace() > ENOUGH_MEMORY
        ? new Scratch(memory.toPath(), temporary().getFileName() + "-")
        : new Scratch();
  }

  private static Path temporary() {
    return Path.of(System.getProperty("java.io.tmpdir"));
  }

  /** The folder itself. */
  public Path root() {
    return root;
  }

  /** A new folder below. */
  public Path folder(String name) {
    try {
      return Files.createDirectories(root.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Closes {@code thing} with this scratch, in reverse order of the calls. */
  public <T extends AutoCloseable> T own(T thing) {
    owned.push(thing);
    return thing;
  }

  /** A filesystem of its own in an image below, mounted below. */
  public Filesystem filesystem(String kind, String name, long mebibytes) {
    return own(Filesystem.make(kind, root.resolve(name + ".img"), folder(name), mebibytes));
  }

  /** Mount points below this folder, outermost first. */
  public List<String> mounts() {
    return mountsBelow(root);
  }

  static List<String> mountsBelow(Path dir) {
    String prefix = dir + "/";
    return mountinfo().stream()
        .map(line -> line.split(" ", -1)[4])
        .filter(point -> point.startsWith(prefix))
        .toList();
  }

  /** Where a device is mounted, in the order of mounting. */
  static List<String> mountsOf(String device) {
    return mountinfo().stream()
        .filter(line -> line.substring(line.indexOf(" - ")).contains(" " + device + " "))
        .map(line -> line.split(" ", -1)[4])
        .toList();
  }

  private static List<String> mountinfo() {
    try {
      return Files.readAllLines(Path.of("/proc/self/mountinfo"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Loop devices whose backing file lies below {@code dir}, as losetup prints them: {@code
   * /dev/loop3 /path}.
   */
  public static List<String> loopsBelow(Path dir) {
    return Shell.run("losetup", "--list", "--noheadings", "--output", "NAME,BACK-FILE", "--raw")
        .lines()
        .filter(line -> line.contains(" " + dir + "/"))
        .toList();
  }

  @Override
  public void close() {
    RuntimeException failure = new IllegalStateException("cleaning " + root);
    while (!owned.isEmpty()) {
      try {
        owned.pop().close();
      } catch (Exception e) {
        failure.addSuppressed(e);
      }
    }
    for (String mount : mounts().reversed()) {
      Shell.ask("umount", "--lazy", mount);
    }
    for (String loop : loopsBelow(root)) {
      Shell.ask("losetup", "--detach", loop.split(" ", -1)[0]);
    }
    try (var tree = Files.walk(root)) {
      tree.sorted(Comparator.reverseOrder()).forEach(Scratch::delete);
    } catch (IOException | UncheckedIOException e) {
      failure.addSuppressed(e);
    }
    if (failure.getSuppressed().length > 0) {
      throw failure;
    }
  }

  private static void delete(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
