package dev.berth.storage;

import dev.berth.storage.Cut.Wanted;
import dev.berth.storage.VolumeException.NotNow;
import dev.berth.storage.linux.FileCalls;
import dev.berth.storage.linux.FileLock;
import dev.berth.storage.linux.Linux;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Copies of volumes whose blocks cannot be shared, all as of one instant: those at rest under the
 * lock that a loop device would take, those in use while their filesystems are frozen, when their
 * data is copied within the time for which that is allowed.
 */
final class StillCopies {
  /** A volume that nobody can attach until this is closed, and whose data is to be copied yet. */
  record Resting(Wanted wanted, FileLock lock) implements AutoCloseable {
    @Override
    public void close() {
      lock.close();
    }
  }

  private final Disk disk;
  private final FileCalls files;
  private final Usage usage;
  private final Freezing freezing;
  private final CopyRate rate = new CopyRate();

  StillCopies(Linux linux, Usage usage, Freezing freezing) {
    this.files = linux.files();
    this.disk = new Disk(files);
    this.usage = usage;
    this.freezing = freezing;
  }

  /**
   * Makes the targets, none of which exists; of those at rest the file alone, and {@link Resting}
   * says that its data is still to be copied.
   *
   * @throws NotNow when one is in use and cannot be frozen, or not for as long as it would take
   */
  List<Resting> copy(List<Wanted> wanted, Duration maxFreeze) {
    List<Resting> resting = new ArrayList<>();
    try {
      List<Wanted> used = new ArrayList<>();
      for (Wanted one : wanted) {
        resting(one).ifPresentOrElse(resting::add, () -> used.add(one));
      }
      if (!used.isEmpty()) {
        frozen(used, maxFreeze);
      }
      return resting;
    } catch (VolumeException e) {
      resting.forEach(Resting::close);
      throw e;
    }
  }

  private Optional<Resting> resting(Wanted one) {
    Path image = one.volume().image();
    Optional<FileLock> lock = lockedAtRest(one.volume());
    if (lock.isEmpty()) {
      return Optional.empty();
    }
    try {
      disk.makeFile(one.target());
      disk.resize(one.target(), files.stat(image).size());
      return Optional.of(new Resting(one, lock.get()));
    } catch (VolumeException e) {
      lock.get().close();
      throw e;
    }
  }

  /** The lock on an image that nobody uses; empty when somebody does. */
  Optional<FileLock> lockedAtRest(Volume volume) {
    Optional<FileLock> lock = files.tryLock(volume.image());
    boolean used = true;
    try {
      used = lock.isPresent() && !usage.devices(volume).isEmpty();
    } finally {
      if (used) {
        lock.ifPresent(FileLock::close);
      }
    }
    return used ? Optional.empty() : lock;
  }

  private void frozen(List<Wanted> used, Duration maxFreeze) {
    List<Freezing.Target> targets = used.stream().map(this::target).toList();
    Bytes data =
        used.stream()
            .map(one -> files.stat(one.volume().image()).allocated())
            .reduce(Bytes.ZERO, Bytes::plus);
    Duration expected = rate.expected(data);
    if (expected.compareTo(maxFreeze) > 0) {
      throw tooLong(
          used, "copying their %s takes about %s".formatted(data, rough(expected)), maxFreeze);
    }
    long start = System.nanoTime();
    boolean whole =
        freezing.during(
            targets,
            () -> used.stream().allMatch(one -> copied(one, System.nanoTime(), maxFreeze, start)));
    if (!whole) {
      used.forEach(one -> disk.removeIfThere(one.target()));
      throw tooLong(used, "copying their " + data + " took longer", maxFreeze);
    }
    rate.measured(data, Duration.ofNanos(System.nanoTime() - start));
  }

  private boolean copied(Wanted one, long now, Duration maxFreeze, long start) {
    disk.makeFile(one.target());
    disk.resize(one.target(), one.volume().size());
    long end = start + maxFreeze.toNanos();
    return now < end
        && files.copySparse(
            one.volume().image(), one.target(), Bytes.ZERO, _ -> System.nanoTime() < end);
  }

  private Freezing.Target target(Wanted one) {
    Volume volume = one.volume();
    return usage
        .mounted(volume)
        .map(where -> new Freezing.Target(volume.id(), files.identity(volume.image()), where))
        .orElseThrow(() -> notFreezable(volume));
  }

  private NotNow notFreezable(Volume volume) {
    String where =
        usage.devices(volume).stream().findFirst().map(d -> " at " + d.path()).orElse("");
    return new NotNow(
        "volume %s is in use%s, a copy cannot share its blocks (that takes xfs or btrfs, and one pool for both), and it has no mounted filesystem to freeze meanwhile; stop its pods (unstage it) first"
            .formatted(volume.id(), where));
  }

  private static NotNow tooLong(List<Wanted> used, String why, Duration maxFreeze) {
    return new NotNow(
        "%s in use, and a copy cannot share blocks (that takes xfs or btrfs, and one pool for both), so writes would stand still meanwhile: %s, and maxFreeze is %s; stop the pods (unstage) first, or raise parameters.maxFreeze"
            .formatted(named(used), why, rough(maxFreeze)));
  }

  private static String named(List<Wanted> used) {
    return used.size() == 1
        ? "volume " + used.getFirst().volume().id() + " is"
        : "volumes " + used.stream().map(one -> one.volume().id()).toList() + " are";
  }

  private static String rough(Duration time) {
    return "%.1f s".formatted(time.toMillis() / 1000.0);
  }
}
