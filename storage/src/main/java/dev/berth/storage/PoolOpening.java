package dev.berth.storage;

import dev.berth.storage.KnownPools.Known;
import dev.berth.storage.VolumeException.Damaged;
import dev.berth.storage.VolumeException.Invalid;
import dev.berth.storage.VolumeException.NotNow;
import dev.berth.storage.VolumeException.PoolMissing;
import dev.berth.storage.VolumeException.SystemCallFailed;
import dev.berth.storage.linux.FileLock;
import dev.berth.storage.linux.Mounts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Decides what a directory is: our pool, a place for a new one, or a pool that is missing. */
final class PoolOpening {
  /** What mke2fs makes in every filesystem. */
  private static final String LOST_AND_FOUND = "lost+found";

  /** What an interrupted init leaves: each has a name of its own, for two may be at it together. */
  private static final Pattern FRESH =
      Pattern.compile(Pattern.quote(PoolFile.NAME) + "(\\.[a-z0-9]{8})?\\.new");

  private static final Duration LOCK_INTERVAL = Duration.ofMillis(50);

  private final Disk disk;
  private final Mounts mounts;
  private final InstantSource clock;

  PoolOpening(Disk disk, Mounts mounts, InstantSource clock) {
    this.disk = disk;
    this.mounts = mounts;
    this.clock = clock;
  }

  /**
   * Opens a pool, or makes it where that was asked for.
   *
   * @throws PoolMissing when it is known and not there
   * @throws Invalid when the settings do not fit what is there
   * @throws NotNow when another process has it
   */
  OpenedPool open(PoolSettings settings, Optional<Known> known, Duration patience) {
    PoolLayout layout = new PoolLayout(realDirectory(settings, known));
    if (disk.stat(layout.poolFile()).isEmpty()) {
      known.ifPresent(k -> missing(settings, k, "there is no " + PoolFile.NAME));
      init(settings, layout);
    }
    PoolFile file = read(settings, layout, known);
    requireSharing(settings, layout, file);
    requireSize(settings, layout, file.size());
    FileLock lock =
        file.shared() ? new Unlocked(layout.poolFile()) : lock(settings, layout, patience);
    try {
      disk.list(layout.root()).stream()
          .filter(f -> FRESH.matcher(Disk.name(f)).matches())
          .forEach(disk::removeIfThere);
      List.of(
              layout.volumes(),
              layout.snapshots(),
              layout.groups(),
              layout.drafts(),
              layout.trash())
          .forEach(disk::ensureDirectory);
      if (file.shared()) {
        disk.ensureDirectory(layout.nodes());
      }
      disk.files().syncDirectory(layout.root());
      return new OpenedPool(
          settings, layout, file, disk, lock, disk.files().identity(layout.poolFile()));
    } catch (VolumeException e) {
      lock.close();
      throw e;
    }
  }

  private Path realDirectory(PoolSettings settings, Optional<Known> known) {
    try {
      Path real = settings.directory().toRealPath();
      if (disk.isDirectory(real)) {
        return real;
      }
    } catch (IOException e) {
      known.ifPresent(k -> missing(settings, k, "the directory cannot be reached"));
      throw new Invalid(
          prefix(settings) + "the directory does not exist; make it, or mount the disk there", e);
    }
    throw new Invalid(prefix(settings) + "is not a directory");
  }

  private PoolFile read(PoolSettings settings, PoolLayout layout, Optional<Known> known) {
    PoolFile file;
    try {
      file = PoolFile.of(layout.poolFile(), disk.read(layout.poolFile()));
    } catch (Damaged e) {
      known.ifPresent(k -> missing(settings, k, e.getMessage()));
      throw e;
    }
    known
        .filter(k -> !k.id().equals(file.id()))
        .ifPresent(k -> missing(settings, k, "pool " + file.id() + " is in its place"));
    return file;
  }

  private void missing(PoolSettings settings, Known known, String what) {
    throw new PoolMissing(
        prefix(settings)
            + "pool "
            + known.id()
            + " is missing: "
            + what
            + "; mount its disk there, or remove "
            + known.file()
            + " to forget it");
  }

  private void init(PoolSettings settings, PoolLayout layout) {
    List<String> foreign =
        disk.list(layout.root()).stream()
            .map(Disk::name)
            .filter(n -> !n.equals(LOST_AND_FOUND) && !FRESH.matcher(n).matches())
            .toList();
    if (disk.stat(layout.poolFile()).isPresent()) {
      return; // Another process has just made it.
    }
    if (!foreign.isEmpty()) {
      throw new Invalid(
          prefix(settings)
              + "is no pool, and no pool can be made there, for it is not empty ("
              + foreign.stream().limit(3).map(Quoted::of).collect(Collectors.joining(", "))
              + (foreign.size() > 3 ? ", …" : "")
              + "); use an empty directory");
    }
    if (!settings.init()) {
      throw new Invalid(prefix(settings) + "is empty and no pool; use --init to make a pool there");
    }
    requireSize(settings, layout, Optional.empty());
    make(settings, layout);
  }

  private void make(PoolSettings settings, PoolLayout layout) {
    PoolId id = PoolId.random(new SecureRandom());
    PoolFile file =
        new PoolFile(
            id,
            clock.instant().truncatedTo(ChronoUnit.MILLIS),
            settings.member().isPresent(),
            settings.size());
    Path fresh = layout.root().resolve(PoolFile.NAME + "." + id.value() + ".new");
    try {
      disk.writeNew(fresh, file.bytes());
      disk.files().renameNoReplace(fresh, layout.poolFile());
    } catch (SystemCallFailed e) {
      // ENOENT: who was quicker has opened the pool by now, and swept.
      if (!e.is("EEXIST") && !(e.is("ENOENT") && disk.stat(layout.poolFile()).isPresent())) {
        throw e;
      }
      disk.removeIfThere(fresh);
    }
    disk.files().syncDirectory(layout.root());
  }

  private void requireSize(PoolSettings settings, PoolLayout layout, Optional<Bytes> onDisk) {
    if (settings.size().or(() -> onDisk).isEmpty() && mounts.table().at(layout.root()).isEmpty()) {
      throw new Invalid(
          prefix(settings)
              + "is not the mount point of a filesystem, so the pool needs a size of its"
              + " own; say for example --pool "
              + settings.name()
              + "="
              + settings.directory()
              + ",size=20Gi");
    }
  }

  private static void requireSharing(PoolSettings settings, PoolLayout layout, PoolFile file) {
    if (file.shared() != settings.member().isPresent()) {
      throw new Invalid(
          prefix(settings)
              + (file.shared()
                  ? "is a shared pool, and was given as a local one; give it to the driver of"
                      + " shared pools"
                  : "is a local pool, and was given as a shared one; give it to the driver of local"
                      + " pools, or make a shared pool in an empty directory")
              + " ("
              + layout.poolFile()
              + " says so)");
    }
  }

  /** Of a shared pool, which is locked for single steps only. */
  private record Unlocked(Path file) implements FileLock {
    @Override
    public void close() {}
  }

  private FileLock lock(PoolSettings settings, PoolLayout layout, Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    Optional<FileLock> lock = disk.files().tryLock(layout.poolFile());
    while (lock.isEmpty() && System.nanoTime() < end && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(LOCK_INTERVAL.toNanos());
      lock = disk.files().tryLock(layout.poolFile());
    }
    FileLock held =
        lock.orElseThrow(
            () ->
                new NotNow(
                    prefix(settings)
                        + "is open in another process ("
                        + holder(layout)
                        + "); stop that one first"));
    sayWhoHolds(layout);
    return held;
  }

  /**
   * Only for the message of {@link #lock}: nothing is decided by it, so nothing is forced to disk.
   */
  private void sayWhoHolds(PoolLayout layout) {
    ProcessHandle self = ProcessHandle.current();
    String text =
        "pid " + self.pid() + ", " + self.info().command().orElse("unknown command") + "\n";
    disk.removeIfThere(layout.holder());
    disk.makeFile(layout.holder());
    Failures.doing("write", layout.holder(), () -> Files.writeString(layout.holder(), text));
  }

  private String holder(PoolLayout layout) {
    try {
      return new String(disk.read(layout.holder()), StandardCharsets.UTF_8).strip();
    } catch (SystemCallFailed e) {
      return "it did not say which";
    }
  }

  private static String prefix(PoolSettings settings) {
    return "pool " + settings.name() + " at " + settings.directory() + ": ";
  }
}
