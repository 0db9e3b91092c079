package dev.berth.csi.server.request;

import dev.berth.storage.FsType;
import dev.berth.storage.linux.MountFlag;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Which words of mount(8), xfs(5) and ext4(5) a request may use. */
final class AllowedOptions {
  /** Words that take flags back, so that {@code defaults} and {@code rw} mean what they say. */
  private static final Map<String, Set<MountFlag>> OPPOSITES =
      Map.of(
          "defaults", Set.of(),
          "rw", Set.of(MountFlag.READ_ONLY),
          "suid", Set.of(MountFlag.NO_SUID),
          "dev", Set.of(MountFlag.NO_DEV),
          "exec", Set.of(MountFlag.NO_EXEC),
          "async", Set.of(MountFlag.SYNCHRONOUS),
          "atime", Set.of(MountFlag.NO_ATIME),
          "diratime", Set.of(MountFlag.NO_DIRATIME));

  private static final List<String> XFS =
      List.of(
          "discard",
          "nodiscard",
          "inode32",
          "inode64",
          "largeio",
          "nolargeio",
          "swalloc",
          "wsync",
          "filestreams",
          "nouuid",
          "noquota",
          "uquota",
          "usrquota",
          "gquota",
          "grpquota",
          "pquota",
          "prjquota",
          "allocsize=\\d{1,9}[kmg]?",
          "logbufs=[2-8]",
          "logbsize=\\d{1,6}k?");

  private static final List<String> EXT4 =
      List.of(
          "discard",
          "nodiscard",
          "delalloc",
          "nodelalloc",
          "auto_da_alloc",
          "noauto_da_alloc",
          "acl",
          "noacl",
          "user_xattr",
          "nouser_xattr",
          "journal_checksum",
          "nojournal_checksum",
          "dioread_lock",
          "dioread_nolock",
          "noinit_itable",
          "usrquota",
          "grpquota",
          "prjquota",
          "data=(?:ordered|journal|writeback)",
          "errors=(?:continue|remount-ro)",
          "commit=\\d{1,4}",
          "stripe=\\d{1,6}",
          "journal_ioprio=[0-7]",
          "init_itable=\\d{1,3}",
          "max_batch_time=\\d{1,9}",
          "min_batch_time=\\d{1,9}");

  /** What mountinfo shows exactly when it was asked for, so that two requests can be compared. */
  private static final Set<String> SHOWN =
      Set.of(
          "discard",
          "largeio",
          "swalloc",
          "wsync",
          "filestreams",
          "nodelalloc",
          "noauto_da_alloc",
          "data=journal",
          "data=writeback");

  private AllowedOptions() {}

  static Optional<Set<MountFlag>> opposite(String option) {
    return Optional.ofNullable(OPPOSITES.get(option));
  }

  static boolean isOf(FsType type, String option) {
    return patterns(type).stream().anyMatch(p -> Pattern.matches(p, option));
  }

  static boolean isShown(String option) {
    return SHOWN.contains(option);
  }

  /** For messages: every word, and {@code name=} for those that take a value. */
  static List<String> names(FsType type) {
    return Stream.of(
            OPPOSITES.keySet().stream(),
            Arrays.stream(MountFlag.values())
                .filter(f -> f != MountFlag.RECURSIVE)
                .map(MountFlag::option),
            patterns(type).stream().map(p -> p.replaceFirst("=.*", "=…")))
        .flatMap(words -> words)
        .sorted()
        .toList();
  }

  /** The same of a mount that shows a directory of another filesystem. */
  static List<String> namesOfOneMount(Set<MountFlag> flags) {
    return Stream.concat(
            OPPOSITES.keySet().stream().filter(o -> !o.equals("async")),
            flags.stream().map(MountFlag::option))
        .sorted()
        .toList();
  }

  private static List<String> patterns(FsType type) {
    return switch (type) {
      case XFS -> XFS;
      case EXT4 -> EXT4;
    };
  }
}
