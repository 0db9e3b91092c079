package dev.berth.storage;

import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes images larger so that a crash at any instant leaves the old size or the new one: the record
 * says where it is going before the image moves.
 */
final class Growth {
  private static final Logger LOG = LoggerFactory.getLogger(Growth.class);

  private final Disk disk;
  private final Folders folders;

  Growth(Disk disk, Folders folders) {
    this.disk = disk;
    this.folders = folders;
  }

  /** Grows {@code from}; when that fails, the volume is as it was, if the disk lets us. */
  VolumeFile grow(VolumeFile from, Bytes to) {
    VolumeFile going = from.growing(to);
    write(going);
    try {
      return finish(going);
    } catch (VolumeException e) {
      undo(from, e);
      throw e;
    }
  }

  /** Brings a growth to its end that a crash or an error has interrupted. */
  VolumeFile finish(VolumeFile going) {
    Volume volume = going.volume();
    switch (volume.content()) {
      case Content.Filesystem _, Content.Block _ -> {
        extend(volume, going.promise());
        disk.files().syncFile(volume.image());
      }
      case Content.Directory _ -> folders.limit(going);
    }
    VolumeFile done = going.grown();
    write(done);
    return done;
  }

  private void extend(Volume volume, Bytes to) {
    if (to.equals(volume.size())) {
      return;
    }
    switch (volume.allocation()) {
      case THIN -> disk.resize(volume.image(), to);
      case THICK -> disk.files().allocate(volume.image(), volume.size(), to.minus(volume.size()));
    }
  }

  /**
   * Cuts off only what this call has added, and nobody has seen that: a loop device keeps its size
   * until it is told. What an earlier expansion had added before it was interrupted may have been
   * attached, and written to, since.
   */
  private void undo(VolumeFile from, VolumeException why) {
    try {
      switch (from.volume().content()) {
        case Content.Filesystem _, Content.Block _ -> cutBack(from);
        case Content.Directory _ -> folders.limit(from);
      }
      write(from);
    } catch (VolumeException e) {
      why.addSuppressed(e);
      LOG.warn("{}: a failed expansion could not be undone", from.volume().image());
    }
  }

  private void cutBack(VolumeFile from) {
    Path image = from.volume().image();
    if (disk.files().stat(image).size().isMoreThan(from.promise())) {
      disk.resize(image, from.promise());
    }
    disk.files().syncFile(image);
  }

  private void write(VolumeFile record) {
    disk.replace(record.volume().image().resolveSibling(VolumeFile.NAME), record.bytes());
  }
}
