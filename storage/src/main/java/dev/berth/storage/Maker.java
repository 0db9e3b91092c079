package dev.berth.storage;

import dev.berth.storage.Drafts.Draft;
import dev.berth.storage.linux.FileCalls;
import dev.berth.storage.linux.StatFs;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;

/** Makes volumes: in a draft, forced to disk, and then there in one step. */
final class Maker {
  private final OpenedPool pool;
  private final Drafts drafts;
  private final Mkfs mkfs;
  private final InstantSource clock;
  private final boolean copiesOnWrite;

  Maker(OpenedPool pool, Drafts drafts, Mkfs mkfs, InstantSource clock) {
    this.pool = pool;
    this.drafts = drafts;
    this.mkfs = mkfs;
    this.clock = clock;
    this.copiesOnWrite = pool.disk().files().statfs(pool.layout().root()).type() == StatFs.BTRFS;
  }

  /** The room for it is reserved already. */
  Volume make(CreateRequest request, String name, Bytes size) {
    Path target = pool.layout().volume(name);
    try (Draft draft = drafts.begin(name)) {
      image(draft.image(), size, request.allocation());
      switch (request.content()) {
        case Content.Filesystem(FsType type) -> mkfs.make(type, draft.image());
        case Content.Block _ -> {}
      }
      pool.disk().files().syncFile(draft.image());
      Volume volume = volume(request, name, size, target.resolve(VolumeFile.IMAGE));
      pool.disk().writeNew(draft.record(), VolumeFile.of(volume).bytes());
      draft.commit(target);
      return volume;
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
        false,
        clock.instant().truncatedTo(ChronoUnit.MILLIS),
        image);
  }
}
