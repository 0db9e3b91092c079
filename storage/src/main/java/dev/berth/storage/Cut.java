package dev.berth.storage;

import dev.berth.storage.StillCopies.Resting;
import dev.berth.storage.VolumeException.Busy;
import dev.berth.storage.VolumeException.NotFound;
import dev.berth.storage.VolumeException.NotNow;
import dev.berth.storage.VolumeException.Overloaded;
import dev.berth.storage.VolumeException.SystemCallFailed;
import dev.berth.storage.linux.FileCalls;
import dev.berth.storage.linux.FileLock;
import dev.berth.storage.linux.Linux;
import dev.berth.storage.linux.LoopDevice;
import dev.berth.storage.linux.StatFs;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies images as they were at one instant. Where the filesystem shares blocks, a volume in use is
 * written out and cloned, which is one point in time by itself; several are frozen for that.
 * Elsewhere {@link StillCopies} copies their data.
 */
final class Cut {
  /** What FICLONE answers between files that cannot share blocks. */
  private static final Set<String> CANNOT_SHARE =
      Set.of("EOPNOTSUPP", "ENOTTY", "ENOSYS", "EXDEV", "EINVAL");

  private static final Logger LOG = LoggerFactory.getLogger(Cut.class);
  private static final int COPIES_AT_ONCE = 2;

  /** A volume, and the file that is to be made of it, which must not exist. */
  record Wanted(Volume volume, Path target) {}

  private final Semaphore copying = new Semaphore(COPIES_AT_ONCE);
  private final FileCalls files;
  private final Disk disk;
  private final Usage usage;
  private final Freezing freezing;
  private final QuietWindow quiet;
  private final StillCopies still;
  private final Folders folders;

  Cut(Linux linux, Freezing freezing, Folders folders) {
    this.folders = folders;
    this.files = linux.files();
    this.disk = new Disk(files);
    this.usage = new Usage(linux);
    this.freezing = freezing;
    this.quiet = new QuietWindow(linux.freezes());
    this.still = new StillCopies(linux, usage, freezing);
  }

  /** Copies directories. */
  Folders folders() {
    return folders;
  }

  /**
   * Makes {@code target}, which must not exist, as {@code volume} is now.
   *
   * @param maxFreeze how long its writers may be held up where its blocks cannot be shared
   * @return it again when its data is still to be copied: by the caller, or by {@link #complete}
   * @throws NotNow when it is in use, its blocks cannot be shared and that time is too short
   * @throws Busy when it changes just now
   */
  List<Resting> volume(Volume volume, Path target, Duration maxFreeze) {
    usage.writeOut(volume);
    Wanted wanted = new Wanted(volume, target);
    List<Resting> resting =
        share(volume.image(), target) ? List.of() : still(List.of(wanted), maxFreeze);
    requireSizes(List.of(wanted), resting);
    return resting;
  }

  /**
   * Makes all targets as of one instant: no write is in one of them that was made after a write
   * that is not in another.
   *
   * @param maxFreeze as for {@link #volume}
   */
  List<Resting> together(List<Wanted> wanted, Duration maxFreeze) {
    wanted.forEach(one -> usage.writeOut(one.volume()));
    List<Resting> resting = List.of();
    if (canShare(wanted.getFirst())) {
      shareTogether(wanted, maxFreeze);
    } else {
      resting = still(wanted, maxFreeze);
    }
    requireSizes(wanted, resting);
    return resting;
  }

  /** Copies the data of what is at rest, and lets go of it. */
  void complete(List<Resting> resting) {
    try {
      for (Resting one : resting) {
        Wanted wanted = one.wanted();
        copying(
            () ->
                files.copySparse(wanted.volume().image(), wanted.target(), Bytes.ZERO, _ -> true));
      }
    } finally {
      resting.forEach(Resting::close);
    }
  }

  /** The lock on an image that nobody uses; empty when somebody does. */
  Optional<FileLock> lockedAtRest(Volume volume) {
    return still.lockedAtRest(volume);
  }

  private List<Resting> still(List<Wanted> wanted, Duration maxFreeze) {
    return copying(() -> still.copy(wanted, maxFreeze));
  }

  /** Makes {@code target}, which must not exist, of a snapshot, which never changes. */
  void snapshot(Snapshot snapshot, Path target) {
    requireWhole(snapshot);
    try {
      if (!share(snapshot.image(), target)) {
        copying(
            () -> {
              files.copySparse(snapshot.image(), target);
              return snapshot;
            });
      }
    } catch (SystemCallFailed e) {
      if (e.is("ENOENT") && !Files.exists(snapshot.image(), LinkOption.NOFOLLOW_LINKS)) {
        throw new NotFound("snapshot " + snapshot.id() + " does not exist any more", e);
      }
      throw e;
    }
  }

  static void requireWhole(Snapshot snapshot) {
    snapshot
        .copied()
        .ifPresent(
            done -> {
              throw new Busy(
                  "snapshot %s is still being copied, %d %% of %s are done; try again when it is ready"
                      .formatted(
                          snapshot.id(),
                          (long) (100.0 * done.value() / snapshot.size().value()),
                          snapshot.size()));
            });
  }

  /** What the page cache has of it goes to the image. */
  void writeOut(Volume volume) {
    usage.writeOut(volume);
  }

  /** Seen before anything is frozen, and with the dirty pages of the image gone by then. */
  private boolean canShare(Wanted one) {
    boolean shared = share(one.volume().image(), one.target());
    if (shared) {
      disk.removeIfThere(one.target());
    }
    return shared;
  }

  private void shareTogether(List<Wanted> wanted, Duration maxFreeze) {
    List<Freezing.Target> targets = new ArrayList<>();
    List<Wanted> frozen = new ArrayList<>();
    List<Raw> raw = new ArrayList<>();
    for (Wanted one : wanted) {
      List<LoopDevice> devices = usage.devices(one.volume());
      usage
          .mounted(one.volume())
          .ifPresentOrElse(
              where -> {
                targets.add(
                    new Freezing.Target(
                        one.volume().id(), files.identity(one.volume().image()), where));
                frozen.add(one);
              },
              () -> raw.add(new Raw(one, devices)));
    }
    boolean ahead = wanted.size() > 1 && clonedAhead(frozen);
    List<Raw> used = raw.stream().filter(r -> !r.devices().isEmpty()).toList();
    freezing.during(
        wanted.size() == 1 ? List.of() : targets,
        () -> {
          quiet.copy(used, maxFreeze);
          frozen.forEach(ahead ? this::cloneAgain : this::clone);
          return wanted;
        });
    raw.stream().filter(r -> r.devices().isEmpty()).forEach(Raw::copy);
  }

  /**
   * A clone costs its time for each extent, so on xfs they are made before anything stands still,
   * and brought up to date then.
   */
  private boolean clonedAhead(List<Wanted> frozen) {
    boolean xfs =
        frozen.stream().allMatch(one -> files.statfs(one.volume().image()).type() == StatFs.XFS);
    if (xfs) {
      frozen.forEach(this::clone);
    }
    return xfs;
  }

  private void cloneAgain(Wanted one) {
    try {
      files.reclone(one.volume().image(), one.target());
    } catch (SystemCallFailed e) {
      LOG.debug("{}: its clone is made anew", one.volume().id(), e);
      disk.removeIfThere(one.target());
      clone(one);
    }
  }

  private void clone(Wanted one) {
    files.reflink(one.volume().image(), one.target());
  }

  /** One that is not mounted; without devices it is at rest. */
  private final class Raw implements QuietWindow.Member {
    private final Wanted wanted;
    private final List<LoopDevice> devices;

    Raw(Wanted wanted, List<LoopDevice> devices) {
      this.wanted = wanted;
      this.devices = devices;
    }

    @Override
    public VolumeId volume() {
      return wanted.volume().id();
    }

    @Override
    public List<LoopDevice> devices() {
      return devices;
    }

    @Override
    public void copy() {
      Cut.this.clone(wanted);
    }

    @Override
    public void undo() {
      disk.removeIfThere(wanted.target());
    }
  }

  /** A filesystem that has grown since cannot be cut back to what it was. */
  private void requireSizes(List<Wanted> wanted, List<Resting> resting) {
    try {
      for (Wanted one : wanted) {
        if (!files.stat(one.target()).size().equals(one.volume().size())) {
          throw new Busy("volume " + one.volume().id() + " is growing; ask again when it has");
        }
      }
    } catch (VolumeException e) {
      resting.forEach(Resting::close);
      throw e;
    }
  }

  /**
   * Makes {@code target}, which must not exist, a clone of {@code image}; false where the
   * filesystem cannot.
   */
  boolean share(Path image, Path target) {
    try {
      files.reflink(image, target);
      return true;
    } catch (SystemCallFailed e) {
      if (CANNOT_SHARE.contains(e.errno())) {
        return false;
      }
      if (e.is("EAGAIN")) {
        throw new Busy(image + " is being attached just now; ask again", e);
      }
      throw e;
    }
  }

  /** Each keeps a thread and the disk busy for as long as it takes. */
  private <R> R copying(Supplier<R> copy) {
    if (!copying.tryAcquire()) {
      throw new Overloaded(
          COPIES_AT_ONCE + " copies are being made in this pool already; ask again later");
    }
    try {
      return copy.get();
    } finally {
      copying.release();
    }
  }
}
