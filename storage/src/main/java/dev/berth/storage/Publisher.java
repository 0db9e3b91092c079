package dev.berth.storage;

import dev.berth.storage.PublishDecision.Step;
import dev.berth.storage.VolumeException.NotNow;
import dev.berth.storage.VolumeException.SystemCallFailed;
import dev.berth.storage.linux.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the volumes of one shared pool. The record always names an image that is there: the
 * next name is made first, as a second name of the same file or as a clone, then the record is
 * replaced, then the old name goes. What a crash leaves besides is a name that no record has, which
 * the next change of the volume removes. Callers hold the volume's lock.
 */
final class Publisher {
  private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);

  private final Disk disk;
  private final Cut cut;

  Publisher(Disk disk, Cut cut) {
    this.disk = disk;
    this.cut = cut;
  }

  /**
   * Carries out what was decided; answers the record that is on the disk now.
   *
   * @throws NotNow when another node may still write to the image and it cannot be cloned
   */
  VolumeFile publish(VolumeFile now, Publication wanted, Step step) {
    return switch (step) {
      case Step.Nothing _ -> now;
      case Step.Admit _ -> write(now, now.publishing().with(wanted));
      case Step.HandOver _ -> {
        VolumeFile next = next(now, wanted);
        link(now.volume(), next.volume());
        yield moved(now, next);
      }
      case Step.TakeOver(String from) -> {
        VolumeFile next = next(now, wanted);
        takeOver(now.volume(), next.volume(), from);
        yield moved(now, next);
      }
    };
  }

  /** Replaces the record by one with other publications, unless they are the same. */
  VolumeFile write(VolumeFile now, Publishing then) {
    if (then.equals(now.publishing())) {
      return now;
    }
    VolumeFile written = now.published(then);
    disk.replace(written.volume().image().resolveSibling(VolumeFile.NAME), written.bytes());
    return written;
  }

  private static VolumeFile next(VolumeFile now, Publication wanted) {
    return now.published(now.publishing().handedTo(wanted.node()).with(wanted));
  }

  private VolumeFile moved(VolumeFile now, VolumeFile next) {
    Path folder = Disk.parent(next.volume().image());
    disk.files().syncDirectory(folder);
    VolumeFile written = write(now, next.publishing());
    sweep(folder, written.publishing().imageName());
    return written;
  }

  /** Removes the names of images that are not the volume's any more. */
  private void sweep(Path folder, String current) {
    for (Path file : disk.list(folder)) {
      if (Disk.name(file).startsWith(VolumeFile.IMAGE) && !Disk.name(file).equals(current)) {
        disk.removeIfThere(file);
      }
    }
    disk.files().syncDirectory(folder);
  }

  private void link(Volume from, Volume to) {
    disk.removeIfThere(to.image());
    Failures.doing("link", to.image(), () -> Files.createLink(to.image(), from.image()));
  }

  /**
   * Whoever had it writes into a file that nobody reads from then on. Where blocks cannot be
   * shared, only a lock that is free proves that nobody has it.
   */
  private void takeOver(Volume from, Volume to, String node) {
    disk.removeIfThere(to.image());
    Optional<FileLock> lock = disk.files().tryLock(from.image());
    try {
      if (clone(from, to)) {
        LOG.info("volume {} is taken over from node {} by a clone of its image", from.id(), node);
      } else if (lock.isPresent()) {
        link(from, to);
      } else {
        throw new NotNow(
            "volume %s is still attached at node %s, and its pool cannot clone files, so taking it over could lose data; unstage it there, or make sure that the node is off and its lock has ended, then ask again"
                .formatted(from.id(), node));
      }
    } finally {
      lock.ifPresent(FileLock::close);
    }
  }

  private boolean clone(Volume from, Volume to) {
    if (!cut.share(from.image(), to.image())) {
      return false;
    }
    try {
      disk.files().syncFile(to.image());
    } catch (SystemCallFailed e) {
      disk.removeIfThere(to.image());
      throw e;
    }
    return true;
  }
}
