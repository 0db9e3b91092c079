package dev.berth.storage;

import dev.berth.storage.Drafts.Draft;
import dev.berth.storage.linux.FileCalls;
import dev.berth.storage.linux.StatFs;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Makes volumes: in a draft, forced to disk, and then there in one step. */
final class Maker {
  private final OpenedPool pool;
  private final Drafts drafts;
  private final Mkfs mkfs;
  private final Cut cut;
  private final InstantSource clock;
  private final boolean copiesOnWrite;
  private final boolean canShare;

  Maker(OpenedPool pool, Drafts drafts, Mkfs mkfs, Cut cut, InstantSource clock) {
    this.pool = pool;
    this.drafts = drafts;
    this.mkfs = mkfs;
    this.cut = cut;
    this.clock = clock;
    long filesystem = pool.disk().files().statfs(pool.layout().root()).type();
    this.copiesOnWrite = filesystem == StatFs.BTRFS;
    this.canShare = filesystem != StatFs.EXT4 && filesystem != StatFs.TMPFS;
  }

  /** Whether files of this pool may share blocks; that they do not is certain. */
  boolean canShare() {
    return canShare;
  }

  /** The room for it is reserved already. */
  Volume make(CreateRequest request, String name, Bytes size, Optional<Original> original) {
    Path target = pool.layout().volume(name);
    try (Draft draft = drafts.begin(name)) {
      if (original.isPresent()) {
        copy(original.get(), draft.image(), size, request);
      } else {
        blank(draft.image(), size, request);
      }
      pool.disk().files().syncFile(draft.image());
      Volume volume = volume(request, name, size, target.resolve(VolumeFile.IMAGE));
      pool.disk().writeNew(draft.record(), VolumeFile.of(volume).bytes());
      draft.commit(target);
      return volume;
    }
  }

  private void blank(Path image, Bytes size, CreateRequest request) {
    image(image, size, request.allocation());
    switch (request.content()) {
      case Content.Filesystem(FsType type) -> mkfs.make(type, image);
      case Content.Block _ -> {}
    }
  }

  /** What it is larger than the original reads as zeros; its filesystem grows when it is staged. */
  private void copy(Original original, Path image, Bytes size, CreateRequest request) {
    switch (original) {
      case Original.OfVolume(Volume volume) -> cut.volume(volume, image, request.maxFreeze());
      case Original.OfSnapshot(Snapshot snapshot) -> cut.snapshot(snapshot, image);
    }
    pool.disk().resize(image, size);
    if (request.allocation() == Allocation.THICK) {
      pool.disk().files().allocate(image, Bytes.ZERO, size);
    }
  }

  /** A file that was not there before and reads as zeros: what {@link Mkfs#make} asks for. */
  private void image(Path image, Bytes size, Allocation allocation) {
    FileCalls files = pool.disk().files();
    pool.disk().makeFile(image);
    if (copiesOnWrite) {
      files.noCopyOnWrite(image);
    }
    switch (allocation) {
      case THIN -> pool.disk().resize(image, size);
      case THICK -> files.allocate(image, Bytes.ZERO, size);
    }
  }

  private Volume volume(CreateRequest request, String name, Bytes size, Path image) {
    return new Volume(
        new VolumeId(pool.id(), name),
        request.name(),
        pool.settings().name(),
        size,
        request.content(),
        request.allocation(),
        request.undelete(),
        request.parameters(),
        request.claim(),
        request.source(),
        request.tuning(),
        false,
        clock.instant().truncatedTo(ChronoUnit.MILLIS),
        image);
  }
}
