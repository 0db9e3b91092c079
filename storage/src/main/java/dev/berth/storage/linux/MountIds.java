package dev.berth.storage.linux;

import dev.berth.storage.VolumeException.SystemCallFailed;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Mounts asked for one by one: listmount(2) and statmount(2), since Linux 6.8. Which mounts there
 * are, and where, is asked each time. Kept is only what a mount has for life: its filesystem and
 * what of it is mounted, under an id that the kernel never gives again; so a question costs one
 * call and as many more as it has answers, not a thousand lines of text.
 */
final class MountIds {
  /** LSMT_ROOT of include/uapi/linux/mount.h: all of this process's namespace. */
  private static final long ALL = -1;

  private static final int SB_BASIC = 1;
  private static final int MNT_ROOT = 8;
  private static final int MNT_POINT = 16;

  /** {@code struct mnt_id_req}, first version: size, spare, mnt_id, param. */
  private static final int REQUEST = 24;

  /** {@code struct statmount}: what follows at {@link #STRINGS} are its strings. */
  private static final int MASK = 8;

  private static final int MAJOR = 16;
  private static final int MINOR = 20;
  private static final int ROOT_AT = 104;
  private static final int POINT_AT = 108;
  private static final int STRINGS = 512;

  /** Two paths of PATH_MAX fit; the kernel makes none that are longer. */
  private static final int ROOM = STRINGS + 2 * 4096;

  private static final int PAGE = 512;

  /**
   * What a mount has for life.
   *
   * @param root the path within the filesystem, as it was when the mount was first seen: only a
   *     rename of that very file or folder changes it
   */
  record Mount(long id, DeviceNumber device, String root) {}

  private final Kernel kernel;
  private volatile boolean missing;

  /** By id, ascending; a newer one replaces it, and losing that race costs a few calls. */
  private volatile List<Mount> known = List.of();

  MountIds(Kernel kernel) {
    this.kernel = kernel;
  }

  /**
   * The mount points of those that are wanted, in the order in which they were mounted; empty when
   * this kernel cannot tell.
   */
  Optional<List<Path>> mountPoints(Predicate<Mount> wanted) {
    if (missing) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          now().stream().filter(wanted).flatMap(m -> mountPoint(m.id()).stream()).toList());
    } catch (SystemCallFailed refused) {
      // EPERM: a container's seccomp filter that has not heard of the call.
      if (refused.is("ENOSYS") || refused.is("EPERM")) {
        missing = true;
        return Optional.empty();
      }
      throw refused;
    }
  }

  private List<Mount> now() {
    List<Mount> before = known;
    List<Mount> now = new ArrayList<>(before.size() + 1);
    int at = 0;
    for (long id : ids()) {
      while (at < before.size() && before.get(at).id() < id) {
        at++;
      }
      if (at < before.size() && before.get(at).id() == id) {
        now.add(before.get(at));
      } else {
        mount(id).ifPresent(now::add);
      }
    }
    known = now;
    return now;
  }

  /** The kernel lists them in ascending order. */
  private long[] ids() {
    long[] ids = new long[PAGE];
    int count = 0;
    byte[] page = new byte[PAGE * Long.BYTES];
    while (true) {
      byte[] request = request(ALL, count == 0 ? 0 : ids[count - 1]);
      int found =
          (int)
              kernel.call(
                  "listmount",
                  "",
                  () -> kernel.libc().syscall(Abi.SYS_LISTMOUNT, request, page, PAGE, 0));
      ids = Arrays.copyOf(ids, count + PAGE);
      Abi.struct(page).asLongBuffer().get(ids, count, found);
      count += found;
      if (found < PAGE) {
        return Arrays.copyOf(ids, count);
      }
    }
  }

  private Optional<Mount> mount(long id) {
    byte[] answer = statmount(id, SB_BASIC | MNT_ROOT);
    if (answer == null) {
      return Optional.empty();
    }
    ByteBuffer s = Abi.struct(answer);
    DeviceNumber device = new DeviceNumber(s.getInt(MAJOR), s.getInt(MINOR));
    String root = new String(string(answer, ROOT_AT), StandardCharsets.UTF_8);
    return Optional.of(new Mount(id, device, root));
  }

  private Optional<Path> mountPoint(long id) {
    byte[] answer = statmount(id, MNT_POINT);
    if (answer == null || (Abi.struct(answer).getLong(MASK) & MNT_POINT) == 0) {
      return Optional.empty(); // Gone since it was listed, or not to be reached from our root.
    }
    return Optional.of(MountInfo.path(string(answer, POINT_AT)));
  }

  /** Null when there is no such mount any more. */
  private byte @Nullable [] statmount(long id, long what) {
    byte[] request = request(id, what);
    byte[] answer = new byte[ROOM];
    try {
      kernel.call(
          "statmount",
          Long.toString(id),
          () -> kernel.libc().syscall(Abi.SYS_STATMOUNT, request, answer, answer.length, 0));
      return answer;
    } catch (SystemCallFailed refused) {
      if (refused.is("ENOENT")) {
        return null;
      }
      throw refused;
    }
  }

  private static byte[] request(long id, long parameter) {
    byte[] request = new byte[REQUEST];
    Abi.struct(request).putInt(0, REQUEST).putLong(8, id).putLong(16, parameter);
    return request;
  }

  private static byte[] string(byte[] answer, int field) {
    int from = STRINGS + Abi.struct(answer).getInt(field);
    int to = from;
    while (answer[to] != 0) {
      to++;
    }
    return Arrays.copyOfRange(answer, from, to);
  }
}
