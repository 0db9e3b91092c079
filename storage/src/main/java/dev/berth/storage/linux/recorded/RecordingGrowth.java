package dev.berth.storage.linux.recorded;

import dev.berth.storage.Bytes;
import dev.berth.storage.linux.FilesystemGrowth;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Growth that is only written down. */
public final class RecordingGrowth implements FilesystemGrowth {
  private final List<String> changes = new CopyOnWriteArrayList<>();

  /** What was done, in order: {@code grow xfs on /target to 640Mi}. */
  public List<String> changes() {
    return List.copyOf(changes);
  }

  @Override
  public void growXfs(Path mountPoint, Bytes to) {
    changes.add("grow xfs on " + mountPoint + " to " + to);
  }

  @Override
  public void growExt4(Path mountPoint, Bytes to) {
    changes.add("grow ext4 on " + mountPoint + " to " + to);
  }
}
