package dev.berth.storage.linux.recorded;

import dev.berth.storage.Bytes;
import dev.berth.storage.linux.Subvolumes;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Any subvolumes, with faults before the calls that change something. */
record FaultySubvolumes(Subvolumes real, Faults faults) implements Subvolumes {
  @Override
  public Optional<SubvolumeId> id(Path directory) {
    return real.id(directory);
  }

  @Override
  public void create(Path subvolume) {
    faults.before("createSubvolume", subvolume.toString());
    real.create(subvolume);
  }

  @Override
  public void snapshot(Path source, Path target) {
    faults.before("snapshotSubvolume", source + " to " + target);
    real.snapshot(source, target);
  }

  @Override
  public void delete(Path subvolume) {
    faults.before("deleteSubvolume", subvolume.toString());
    real.delete(subvolume);
  }

  @Override
  public void enableQuotas(Path any) {
    faults.before("enableQuotas", any.toString());
    real.enableQuotas(any);
  }

  @Override
  public void limit(Path subvolume, Bytes most) {
    faults.before("limitSubvolume", subvolume + " to " + most);
    real.limit(subvolume, most);
  }

  @Override
  public Optional<SubvolumeUsage> usage(Path subvolume) {
    return real.usage(subvolume);
  }

  @Override
  public List<String> within(Path subvolume) {
    return real.within(subvolume);
  }
}
