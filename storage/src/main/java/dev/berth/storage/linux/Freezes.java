package dev.berth.storage.linux;

import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * FIFREEZE and FITHAW of include/uapi/linux/fs.h: everything that a filesystem was told is on its
 * device, and nobody writes until it is thawed, whoever froze it and whatever became of that
 * process.
 */
public interface Freezes {
  /**
   * Freezes the filesystem on {@code filesystem}, and no other: what is mounted at {@code place}
   * must be that one, else errno ESTALE. Errno EBUSY when somebody has frozen it already.
   */
  void freeze(Path place, DeviceNumber filesystem);

  /** Thaws it; false when it was not frozen. Errno ESTALE as for {@link #freeze}. */
  boolean thaw(Path place, DeviceNumber filesystem);

  /**
   * How many writes and discards a block device has completed since it was made
   * (Documentation/block/stat.rst); empty when the device is gone or does not count.
   */
  OptionalLong completedWrites(DeviceNumber device);
}
