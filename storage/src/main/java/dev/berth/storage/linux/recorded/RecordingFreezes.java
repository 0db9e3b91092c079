package dev.berth.storage.linux.recorded;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.berth.storage.linux.DeviceNumber;
import dev.berth.storage.linux.Freezes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import jnr.constants.platform.Errno;

/** Freezes nothing, and writes down what would be frozen. */
public final class RecordingFreezes implements Freezes {
  @GuardedBy("this")
  private final Set<DeviceNumber> frozen = new LinkedHashSet<>();

  @GuardedBy("this")
  private final List<String> changes = new ArrayList<>();

  /** What is frozen now. */
  public synchronized Set<DeviceNumber> frozen() {
    return Set.copyOf(frozen);
  }

  /** What was done, in order: {@code freeze} and {@code thaw}. */
  public synchronized List<String> changes() {
    return List.copyOf(changes);
  }

  @Override
  public synchronized void freeze(Path place, DeviceNumber filesystem) {
    if (!frozen.add(filesystem)) {
      throw Refusal.of("ioctl FIFREEZE", place.toString(), Errno.EBUSY);
    }
    changes.add("freeze " + place);
  }

  @Override
  public synchronized boolean thaw(Path place, DeviceNumber filesystem) {
    changes.add("thaw " + place);
    return frozen.remove(filesystem);
  }

  /** Nobody writes here. */
  @Override
  public OptionalLong completedWrites(DeviceNumber device) {
    return OptionalLong.of(0);
  }
}
