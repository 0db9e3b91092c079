package dev.berth.program.standalone;

import dev.berth.provisioner.pod.HostMounts;
import dev.berth.storage.VolumeException;
import dev.berth.storage.VolumeException.SystemCallFailed;
import dev.berth.storage.linux.MountEntry;
import dev.berth.storage.linux.MountFlag;
import dev.berth.storage.linux.Mounts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/** The mounts that the volume manager makes by itself, on the real kernel. */
final class KernelHostMounts implements HostMounts {
  private final Mounts mounts;

  KernelHostMounts(Mounts mounts) {
    this.mounts = mounts;
  }

  @Override
  public void tmpfs(Path target, OptionalLong sizeBytes) {
    String size = sizeBytes.isPresent() ? ",size=" + sizeBytes.getAsLong() : "";
    checked(
        () ->
            mounts.mount("tmpfs", target, "tmpfs", Set.of(MountFlag.RELATIME), "mode=0777" + size));
  }

  @Override
  public void contentTmpfs(Path target) {
    Set<MountFlag> flags = Set.of(MountFlag.RELATIME);
    checked(
        () -> {
          try {
            mounts.mount("tmpfs", target, "tmpfs", flags, "mode=0755,noswap");
          } catch (SystemCallFailed e) {
            if (!e.is("EINVAL")) {
              throw e;
            }
            // before Linux 6.4 tmpfs(5) does not know the option
            mounts.mount("tmpfs", target, "tmpfs", flags, "mode=0755");
          }
        });
  }

  @Override
  public void unmount(Path target) {
    try {
      mounts.unmount(target, Set.of());
    } catch (SystemCallFailed e) {
      // EINVAL: not a mount point (umount2(2)); ENOENT: not even a path.
      if (!e.is("EINVAL") && !e.is("ENOENT")) {
        throw unchecked(e);
      }
    }
  }

  @Override
  public boolean isMounted(Path target) {
    return mounts.table().at(target).isPresent();
  }

  @Override
  public List<Path> mountsBelow(Path dir) {
    return mounts.table().below(dir).stream()
        .map(MountEntry::mountPoint)
        .filter(path -> !path.equals(dir))
        .toList();
  }

  private static void checked(Runnable call) {
    try {
      call.run();
    } catch (VolumeException e) {
      throw unchecked(e);
    }
  }

  private static UncheckedIOException unchecked(VolumeException e) {
    return new UncheckedIOException(new IOException(e.getMessage(), e));
  }
}
