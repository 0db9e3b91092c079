package dev.berth.program.standalone;

import dev.berth.program.nfs.NfsMounts;
import dev.berth.provisioner.pod.HostMounts;
import dev.berth.provisioner.pod.NfsShare;
import dev.berth.storage.VolumeException;
import dev.berth.storage.VolumeException.SystemCallFailed;
import dev.berth.storage.linux.MountEntry;
import dev.berth.storage.linux.MountFlag;
import dev.berth.storage.linux.Mounts;
import dev.berth.storage.linux.PartBind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** The mounts that the volume manager makes by itself, on the real kernel. */
final class KernelHostMounts implements HostMounts {
  private final Mounts mounts;
  private final NfsMounts nfs;
  private Optional<PartBind> parts = Optional.empty(); // guarded by this

  KernelHostMounts(Mounts mounts, NfsMounts nfs) {
    this.mounts = mounts;
    this.nfs = nfs;
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
  public void nfs(NfsShare share, Path target) {
    try {
      nfs.mount(share, target);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void bind(Path source, Path target, List<String> options) {
    checked(() -> mounts.bind(source, target, flags(options)));
  }

  @Override
  public void bindPart(Path volume, Path part, Path target, List<String> options) {
    Set<MountFlag> flags = flags(options);
    Optional<MountEntry> share = mounts.table().at(volume).filter(NfsMounts::isNfs);
    try {
      if (share.isPresent()) {
        nfs.below(share.get(), target, () -> parts().bind(volume, part, target, flags));
      } else {
        parts().bind(volume, part, target, flags);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (SystemCallFailed e) {
      if (e.is("EXDEV") || e.is("ELOOP")) {
        throw new UncheckedIOException(
            new IOException(part + " leads out of the volume " + volume + "; correct it", e));
      }
      throw unchecked(e);
    }
  }

  /** Most pods name no part of a volume, so it is loaded for the first that does. */
  private synchronized PartBind parts() {
    PartBind loaded = parts.orElseGet(PartBind::real);
    parts = Optional.of(loaded);
    return loaded;
  }

  private static Set<MountFlag> flags(List<String> options) {
    Set<MountFlag> flags = EnumSet.noneOf(MountFlag.class);
    for (String option : options) {
      flags.add(
          MountFlag.parse(option)
              .orElseThrow(
                  () ->
                      new UncheckedIOException(
                          new IOException(
                              "mount option "
                                  + option
                                  + ": a bind has no such one; take it out of mountOptions"))));
    }
    return flags;
  }

  @Override
  public void unmount(Path target) {
    Optional<MountEntry> share = mounts.table().at(target).filter(NfsMounts::isNfs);
    try {
      if (share.isPresent()) {
        nfs.unmount(share.get());
      } else {
        mounts.unmount(target, Set.of());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
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
