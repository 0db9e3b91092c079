package dev.berth.storage;

import dev.berth.storage.VolumeException.Busy;
import dev.berth.storage.VolumeException.SystemCallFailed;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes over the volumes that lie in a pool; what a crash has left half-way is brought to its end.
 */
final class Mending {
  private static final Logger LOG = LoggerFactory.getLogger(Mending.class);

  private final OpenedPool pool;
  private final Shelf shelf;
  private final Resizing resizing;
  private final Company company;
  private final Catalogue index;
  private final Folders folders;

  Mending(
      OpenedPool pool,
      Shelf shelf,
      Resizing resizing,
      Company company,
      Catalogue index,
      Folders folders) {
    this.pool = pool;
    this.shelf = shelf;
    this.resizing = resizing;
    this.company = company;
    this.index = index;
    this.folders = folders;
  }

  void adopt(String name) {
    if (index.read(name).isPresent()) {
      try {
        var _ = company.changing(name, () -> mend(name));
      } catch (Busy e) {
        LOG.debug("volume {} is changed by another process just now, so nothing is half-way", name);
      } catch (SystemCallFailed e) {
        LOG.warn("volume {}: {}", name, e.getMessage());
      }
    }
  }

  private Optional<VolumeFile> mend(String name) {
    pool.disk().removeIfThere(Disk.fresh(pool.layout().volume(name).resolve(VolumeFile.NAME)));
    Optional<VolumeFile> now = shelf.read(name);
    now.ifPresent(folders::adopt);
    now.filter(read -> read.growingTo().isPresent())
        .ifPresent(read -> index.put(name, resizing.finish(read)));
    return now;
  }
}
