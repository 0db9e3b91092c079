package dev.berth.storage.linux;

import dev.berth.storage.VolumeException.SystemCallFailed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The kernel's mounts, by mount(2), umount2(2) and mountinfo. */
final class LinuxMounts implements Mounts {
  private static final Logger LOG = LoggerFactory.getLogger(LinuxMounts.class);
  private static final Path MOUNTINFO = Path.of("/proc/self/mountinfo");

  /** include/uapi/linux/mount.h; the last one is of umount2(2), include/linux/fs.h. */
  private static final long MS_REMOUNT = 1 << 5;

  private static final long MS_BIND = 1 << 12;
  private static final int UMOUNT_NOFOLLOW = 8;

  private final Kernel kernel;
  private final FileSystems filesystems;
  private final DetachedBind detached;
  private final MountIds ids;

  LinuxMounts(Kernel kernel) {
    this.kernel = kernel;
    this.filesystems = new FileSystems(kernel);
    this.detached = new DetachedBind(kernel);
    this.ids = new MountIds(kernel);
  }

  @Override
  public void mount(String source, Path target, String fsType, Set<MountFlag> flags, String data) {
    requireNoZero(source, fsType, data);
    String arguments = source + " on " + target + " type " + fsType + words(flags, data);
    kernel.call(
        "mount",
        arguments,
        () -> kernel.libc().mount(source, target.toString(), fsType, bits(flags), data));
  }

  @Override
  public void bind(Path source, Path target, Set<MountFlag> flags) {
    String arguments = "--bind " + source + " on " + target + words(flags, "");
    if (Set.of(MountFlag.RECURSIVE).containsAll(flags)) {
      bindThenRestrict(source, target, flags, arguments);
      return;
    }
    try {
      detached.bind(source, target, flags, arguments);
    } catch (SystemCallFailed refused) {
      if (!refused.is("ENOSYS")) {
        throw refused;
      }
      bindThenRestrict(source, target, flags, arguments);
    }
  }

  private void bindThenRestrict(Path source, Path target, Set<MountFlag> flags, String arguments) {
    boolean recursive = flags.contains(MountFlag.RECURSIVE);
    long how = MS_BIND | (recursive ? MountFlag.RECURSIVE.bit() : 0);
    kernel.call(
        "mount",
        arguments,
        () -> kernel.libc().mount(source.toString(), target.toString(), null, how, null));
    long wanted = bits(flags) & ~MountFlag.RECURSIVE.bit();
    if (wanted != 0) {
      restrict(target, wanted, arguments);
    }
  }

  /** The second call of a bind. It sets the flags anew, so those that came with the source stay. */
  private void restrict(Path target, long wanted, String arguments) {
    try {
      long flags = wanted | filesystems.mountFlags(target);
      kernel.call(
          "mount",
          "-o remount,bind of " + arguments,
          () ->
              kernel
                  .libc()
                  .mount(null, target.toString(), null, MS_REMOUNT | MS_BIND | flags, null));
    } catch (SystemCallFailed refused) {
      unmount(target, Set.of(UnmountFlag.DETACH));
      throw refused;
    }
  }

  @Override
  public void propagation(Path target, Propagation propagation) {
    kernel.call(
        "mount",
        "--make " + propagation + " " + target,
        () -> kernel.libc().mount(null, target.toString(), null, propagation.bits(), null));
  }

  @Override
  public void unmount(Path target, Set<UnmountFlag> flags) {
    int bits = flags.stream().mapToInt(UnmountFlag::bit).reduce(UMOUNT_NOFOLLOW, (a, b) -> a | b);
    kernel.call("umount2", target.toString(), () -> kernel.libc().umount2(target.toString(), bits));
  }

  @Override
  public MountTable table() {
    try {
      return MountInfo.parse(Files.readAllBytes(MOUNTINFO));
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + MOUNTINFO, e);
    }
  }

  /**
   * A filesystem that has shut itself down may refuse statx(2); then, and before Linux 5.8, the
   * whole table is read.
   */
  @Override
  public Optional<Mounted> mountedAt(Path place) {
    byte[] answer = new byte[Stat.SIZE];
    int flags = Abi.AT_SYMLINK_NOFOLLOW | Abi.AT_NO_AUTOMOUNT | Abi.AT_STATX_DONT_SYNC;
    String path = place.toString();
    try {
      kernel.call(
          "stat", path, () -> kernel.libc().statx(Abi.AT_FDCWD, path, flags, Stat.BASIC, answer));
      Optional<Boolean> root = Stat.isMountRoot(answer);
      if (root.isPresent()) {
        return root.get() ? Optional.of(mounted(place, answer)) : Optional.empty();
      }
    } catch (SystemCallFailed refused) {
      if (refused.is("ENOENT") || refused.is("ENOTDIR")) {
        return Optional.empty();
      }
      LOG.debug("{} is looked up in the mount table", place, refused);
    }
    return Mounts.super.mountedAt(place);
  }

  private Mounted mounted(Path place, byte[] statx) {
    boolean readOnly = (filesystems.mountFlags(place) & MountFlag.READ_ONLY.bit()) != 0;
    return new Mounted(Stat.decode(statx).identity().device(), readOnly);
  }

  @Override
  public List<Path> mountPointsOf(DeviceNumber filesystem) {
    return ids.mountPoints(m -> m.device().equals(filesystem))
        .orElseGet(() -> Mounts.super.mountPointsOf(filesystem));
  }

  @Override
  public List<Path> mountPointsOfName(String name) {
    return ids.mountPoints(m -> m.root().endsWith("/" + name))
        .orElseGet(() -> Mounts.super.mountPointsOfName(name));
  }

  @Override
  public Watch watch(Runnable onChange) {
    return MountWatch.start(kernel, MOUNTINFO, onChange);
  }

  private static long bits(Set<MountFlag> flags) {
    return flags.stream().mapToLong(MountFlag::bit).reduce(0, (a, b) -> a | b);
  }

  private static String words(Set<MountFlag> flags, String data) {
    String words = flags.stream().sorted().map(MountFlag::option).collect(Collectors.joining(","));
    String all = words.isEmpty() || data.isEmpty() ? words + data : words + "," + data;
    return all.isEmpty() ? "" : " (" + all + ")";
  }

  /** To C a zero ends the word, and what comes after it would be lost in silence. */
  private static void requireNoZero(String... words) {
    for (String word : words) {
      if (word.indexOf('\0') >= 0) {
        throw new IllegalArgumentException(
            "an argument of mount has a zero character: " + word.replace('\0', '?'));
      }
    }
  }
}
