package dev.berth.storage.linux;

import dev.berth.storage.VolumeException.SystemCallFailed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import jnr.constants.platform.Errno;

/** The kernel's freezing. */
final class LinuxFreezes implements Freezes {
  private static final long FIFREEZE = Abi.iowr('X', 119, Integer.BYTES);
  private static final long FITHAW = Abi.iowr('X', 120, Integer.BYTES);
  private static final Path DEVICES = Path.of("/sys/dev/block");

  /** Columns of Documentation/block/stat.rst, from 0. */
  private static final int WRITES = 4;

  private static final int DISCARDS = 11;

  private final Kernel kernel;

  LinuxFreezes(Kernel kernel) {
    this.kernel = kernel;
  }

  @Override
  public void freeze(Path place, DeviceNumber filesystem) {
    call("FIFREEZE", FIFREEZE, place, filesystem);
  }

  @Override
  public boolean thaw(Path place, DeviceNumber filesystem) {
    try {
      call("FITHAW", FITHAW, place, filesystem);
      return true;
    } catch (SystemCallFailed e) {
      if (e.is("EINVAL")) {
        return false;
      }
      throw e;
    }
  }

  /** The open descriptor is asked what it is, so nothing can be mounted there in between. */
  private void call(String name, long request, Path place, DeviceNumber filesystem) {
    try (Descriptor root = kernel.open(place, Abi.O_RDONLY | Abi.O_DIRECTORY | Abi.O_NOFOLLOW)) {
      if (!root.stat().identity().device().equals(filesystem)) {
        throw Kernel.failure(
            "ioctl " + name, place + ", which is not of device " + filesystem, Errno.ESTALE);
      }
      root.ioctl(name, request, 0L);
    }
  }

  @Override
  public OptionalLong completedWrites(DeviceNumber device) {
    Path folder = DEVICES.resolve(device.toString());
    try {
      if (!Files.readString(folder.resolve("queue/iostats")).strip().equals("1")) {
        return OptionalLong.empty();
      }
      String[] columns = Files.readString(folder.resolve("stat")).strip().split(" +", -1);
      return OptionalLong.of(Long.parseLong(columns[WRITES]) + Long.parseLong(columns[DISCARDS]));
    } catch (IOException gone) {
      return OptionalLong.empty();
    }
  }
}
