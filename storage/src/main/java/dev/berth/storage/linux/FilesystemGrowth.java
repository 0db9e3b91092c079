package dev.berth.storage.linux;

import dev.berth.storage.Bytes;
import java.nio.file.Path;

/** Growing a mounted filesystem to its device, by ioctl. */
public interface FilesystemGrowth {
  /**
   * XFS_IOC_FSGROWFSDATA: grows to {@code to}, rounded down to whole blocks; does nothing when the
   * filesystem is that large already.
   */
  void growXfs(Path mountPoint, Bytes to);

  /**
   * EXT4_IOC_RESIZE_FS: grows to {@code to}, rounded down to whole blocks; does nothing when the
   * filesystem is that large already. Errno EPERM without CAP_SYS_RESOURCE.
   */
  void growExt4(Path mountPoint, Bytes to);
}
