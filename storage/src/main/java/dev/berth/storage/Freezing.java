package dev.berth.storage;

import dev.berth.storage.VolumeException.Busy;
import dev.berth.storage.VolumeException.Damaged;
import dev.berth.storage.VolumeException.NotNow;
import dev.berth.storage.VolumeException.SystemCallFailed;
import dev.berth.storage.linux.FileIdentity;
import dev.berth.storage.linux.FileLock;
import dev.berth.storage.linux.Freezes;
import dev.berth.storage.linux.Linux;
import dev.berth.storage.linux.LoopDevice;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Freezes filesystems for one action. A freeze outlives the process that made it, so what will be
 * frozen is forced to disk first, in {@code frozen/} of the state directory, in a file that is
 * locked for as long as the freeze is meant; a start thaws what the unlocked ones name before it
 * does anything else.
 */
final class Freezing {
  private static final Logger LOG = LoggerFactory.getLogger(Freezing.class);

  /**
   * One filesystem.
   *
   * @param image the file of the volume that it is in
   */
  record Target(VolumeId volume, FileIdentity image, Usage.Mounted where) {}

  private final Disk disk;
  private final Path directory;
  private final Linux linux;
  private final Freezes freezes;
  private final Usage usage;

  Freezing(Linux linux, Path stateDirectory) {
    this.disk = new Disk(linux.files());
    this.directory = stateDirectory.resolve("frozen");
    this.linux = linux;
    this.freezes = linux.freezes();
    this.usage = new Usage(linux);
  }

  /** The first act of every start. */
  void thawLeftovers() {
    if (!disk.isDirectory(directory)) {
      return;
    }
    for (Path file : disk.list(directory)) {
      disk.files()
          .tryLock(file)
          .ifPresent(
              lock -> {
                try (FileLock _ = lock) {
                  thawLeftover(file);
                }
              });
    }
  }

  private void thawLeftover(Path file) {
    FreezeRecord left;
    try {
      left = FreezeRecord.of(file, disk.read(file));
    } catch (Damaged e) {
      LOG.info("{}: was not yet whole, so nothing was frozen by it", file);
      disk.removeIfThere(file);
      return;
    }
    boolean done = true;
    for (FreezeRecord.Entry entry : left.entries()) {
      done &= thawLeftover(entry);
    }
    if (done) {
      disk.removeIfThere(file);
    }
  }

  /** It is found by its image: the pool need not be there. */
  private boolean thawLeftover(FreezeRecord.Entry entry) {
    try {
      for (LoopDevice device : linux.loops().findAll(entry.image())) {
        Optional<Usage.Mounted> where = usage.mounted(device);
        if (where.isPresent() && freezes.thaw(where.get().place(), device.device())) {
          LOG.warn("volume {} was left frozen by a process that has ended: thawed", entry.volume());
        }
      }
      return true;
    } catch (SystemCallFailed e) {
      LOG.error("volume {} may still be frozen: {}", entry.volume(), e.getMessage());
      return false;
    }
  }

  /**
   * Does {@code action} while every one of {@code targets} stands still. They are thawed whatever
   * it ends with.
   *
   * @throws NotNow when somebody else has frozen one
   * @throws Busy when one was unmounted just now
   */
  <R> R during(List<Target> targets, Supplier<R> action) {
    if (targets.isEmpty()) {
      return action.get();
    }
    Path file = writtenDown(targets);
    try (FileLock _ = lock(file)) {
      requireWritten(file);
      List<Target> frozen = new ArrayList<>();
      try {
        for (Target target : targets) {
          freeze(target);
          frozen.add(target);
        }
        return action.get();
      } finally {
        if (thaw(frozen)) {
          disk.removeIfThere(file);
        }
      }
    }
  }

  private Path writtenDown(List<Target> targets) {
    FreezeRecord record =
        new FreezeRecord(
            targets.stream().map(t -> new FreezeRecord.Entry(t.volume(), t.image())).toList());
    disk.ensureDirectory(directory);
    Path file = directory.resolve(PoolId.random(new SecureRandom()).value() + ".json");
    disk.writeNew(file, record.bytes());
    disk.files().syncDirectory(directory);
    disk.files().syncDirectory(Disk.parent(directory));
    return file;
  }

  private FileLock lock(Path file) {
    return disk.files()
        .tryLock(file)
        .orElseThrow(() -> new Busy(file + " is being looked at by a process that starts"));
  }

  /** A process that started just now may have taken it for a leftover before it was locked. */
  private void requireWritten(Path file) {
    if (disk.stat(file).isEmpty()) {
      throw new Busy(file + " was cleaned up by a process that starts; ask again");
    }
  }

  private void freeze(Target target) {
    try {
      freezes.freeze(target.where().place(), target.where().device().device());
    } catch (SystemCallFailed e) {
      if (e.is("EBUSY")) {
        throw new NotNow(
            "volume %s is frozen by somebody else; thaw it first (fsfreeze --unfreeze %s)"
                .formatted(target.volume(), target.where().place()),
            e);
      }
      if (e.is("ESTALE") || e.is("ENOENT")) {
        throw new Busy("volume " + target.volume() + " was unmounted just now; ask again", e);
      }
      throw e;
    }
  }

  /** One that cannot be thawed must not keep the others from it; the next start tries again. */
  private boolean thaw(List<Target> frozen) {
    boolean all = true;
    for (Target target : frozen.reversed()) {
      try {
        freezes.thaw(target.where().place(), target.where().device().device());
      } catch (SystemCallFailed e) {
        all = thawElsewhere(target, e) && all;
      }
    }
    return all;
  }

  /** The mount that it was frozen through may have gone meanwhile. */
  private boolean thawElsewhere(Target target, SystemCallFailed failure) {
    LoopDevice device = target.where().device();
    for (Path place : linux.mounts().mountPointsOf(device.device())) {
      try {
        freezes.thaw(place, device.device());
        return true;
      } catch (SystemCallFailed e) {
        failure.addSuppressed(e);
      }
    }
    LOG.error("volume {} is still frozen: {}", target.volume(), failure.getMessage(), failure);
    return false;
  }
}
