package dev.berth.program.demo;

import dev.berth.program.Fault;
import dev.berth.program.Folders;
import dev.berth.storage.VolumeException;
import dev.berth.storage.linux.FileIdentity;
import dev.berth.storage.linux.Linux;
import dev.berth.storage.linux.LoopDevice;
import dev.berth.storage.linux.MountEntry;
import dev.berth.storage.linux.UnmountFlag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The folder that the demo lives in, and what the kernel holds of it. */
final class Scratch {
  private final Path root;
  private final Linux linux;

  private Scratch(Path root, Linux linux) {
    this.root = root;
    this.linux = linux;
  }

  /**
   * Makes the folder.
   *
   * @param wanted the folder to use, which must be empty or not there; none for one below TMPDIR or
   *     /var/tmp
   */
  static Scratch make(Optional<Path> wanted, Linux linux) {
    try {
      if (wanted.isEmpty()) {
        String temporary = System.getenv().getOrDefault("TMPDIR", "/var/tmp");
        Path made =
            Files.createDirectory(
                Path.of(temporary, "berth-demo-" + ProcessHandle.current().pid()),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        return new Scratch(made.toRealPath(), linux).withPool();
      }
      Path root = Files.createDirectories(wanted.get().toAbsolutePath());
      try (Stream<Path> entries = Files.list(root)) {
        if (entries.findAny().isPresent()) {
          throw new Fault(
              "--root "
                  + root
                  + " is not empty; the demo deletes its folder, so give it one of its own");
        }
      }
      return new Scratch(root.toRealPath(), linux).withPool();
    } catch (IOException e) {
      throw new Fault("cannot make the scratch folder: " + e.getMessage(), e);
    }
  }

  private Scratch withPool() throws IOException {
    Files.createDirectory(pool());
    return this;
  }

  Path root() {
    return root;
  }

  Path pool() {
    return root.resolve("pool");
  }

  List<MountEntry> mounts() {
    return linux.mounts().table().below(root);
  }

  Optional<MountEntry> mountAt(Path path) {
    return linux.mounts().table().at(path);
  }

  /** The size of the filesystem mounted there, in MiB, rounded down. */
  long sizeInMebibytes(Path path) {
    return linux.files().statfs(path).size().value() / Sample.MEBIBYTE;
  }

  FileIdentity identity(Path file) {
    return linux.files().identity(file);
  }

  List<LoopDevice> loops(FileIdentity image) {
    return linux.loops().findAll(image);
  }

  /** Every file that a pool calls an image, in volumes, drafts or trash. */
  List<Path> images() {
    if (!Files.isDirectory(pool())) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(pool())) {
      return all.filter(
              f -> f.endsWith("image") && Files.isRegularFile(f, LinkOption.NOFOLLOW_LINKS))
          .toList();
    } catch (IOException e) {
      throw new Fault("cannot look through " + pool() + ": " + e.getMessage(), e);
    }
  }

  /**
   * Takes away whatever is there of the folder, mounts first; what cannot be taken away is told,
   * and then the folder stays.
   */
  List<String> remove() {
    List<String> problems = new ArrayList<>();
    for (MountEntry mount : mounts().reversed()) {
      attempt(
          problems, () -> linux.mounts().unmount(mount.mountPoint(), Set.of(UnmountFlag.DETACH)));
    }
    for (Path image : images()) {
      for (LoopDevice loop : loops(identity(image))) {
        attempt(problems, () -> linux.loops().detach(loop));
      }
    }
    if (problems.isEmpty() && mounts().isEmpty()) {
      attempt(problems, () -> Folders.remove(root));
    }
    return problems;
  }

  private static void attempt(List<String> problems, Runnable work) {
    try {
      work.run();
    } catch (VolumeException | Fault e) {
      problems.add(String.valueOf(e.getMessage()));
    }
  }
}
