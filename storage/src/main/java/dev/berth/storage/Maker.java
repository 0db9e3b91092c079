package dev.berth.storage;

import dev.berth.storage.Drafts.Draft;
import dev.berth.storage.VolumeException.Invalid;
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
  private final Folders folders;
  private final boolean copiesOnWrite;
  private final boolean canShare;

  Maker(OpenedPool pool, Drafts drafts, Mkfs mkfs, Cut cut, InstantSource clock, Folders folders) {
    this.folders = folders;
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
      String held = VolumeFile.nameOf(request.content());
      switch (request.content()) {
        case Content.Filesystem _, Content.Block _ -> image(draft.image(), size, request, original);
        case Content.Directory _ -> {}
      }
      Volume volume = volume(request, name, size, target.resolve(held));
      VolumeFile file =
          volume.content() instanceof Content.Directory(Limit limit)
              ? directory(draft.file(held), volume, limit == Limit.ENFORCED, original)
              : VolumeFile.of(volume);
      pool.disk().writeNew(draft.record(), file.bytes());
      draft.commit(target);
      return volume;
    }
  }

  private void image(Path image, Bytes size, CreateRequest request, Optional<Original> original) {
    if (original.isPresent()) {
      copy(original.get(), image, size, request);
    } else {
      image(image, size, request.allocation());
      if (request.content() instanceof Content.Filesystem(FsType type)) {
        mkfs.make(type, image);
      }
    }
    pool.disk().files().syncFile(image);
  }

  private VolumeFile directory(
      Path data, Volume volume, boolean limited, Optional<Original> original) {
    if (original.isPresent()) {
      copyDirectory(original.get(), data);
      if (limited) {
        folders.limit(data, volume.size());
      }
      return VolumeFile.of(volume);
    }
    VolumeFile file =
        VolumeFile.of(volume, folders.make(data, volume.id(), volume.size(), limited));
    folders.know(file);
    return file;
  }

  private void copyDirectory(Original original, Path data) {
    folders
        .whyNoCopy()
        .or(() -> inAnotherPool(original))
        .ifPresent(
            why -> {
              throw new Invalid(
                  "volume_content_source %s is a directory volume, which pool %s cannot copy: %s"
                      .formatted(original, pool.settings().name(), why));
            });
    switch (original) {
      case Original.OfVolume(Volume source) -> folders.copy(source.image(), data);
      case Original.OfSnapshot(Snapshot source) -> folders.copy(source.image(), data);
    }
  }

  private Optional<String> inAnotherPool(Original original) {
    return original.pool().equals(pool.id())
        ? Optional.empty()
        : Optional.of("it lies in another pool; leave the pool to the driver, or name that one");
  }

  /** What it is larger than the original reads as zeros; its filesystem grows when it is staged. */
  private void copy(Original original, Path image, Bytes size, CreateRequest request) {
    switch (original) {
      case Original.OfVolume(Volume volume) ->
          cut.complete(cut.volume(volume, image, request.maxFreeze()));
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
