package dev.berth.csi.server.request;

import dev.berth.storage.FsType;
import dev.berth.storage.VolumeException;
import dev.berth.storage.linux.MountEntry;
import dev.berth.storage.linux.MountFlag;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Mount flags of a request, split into the flags of mount(2) and the options of the filesystem.
 *
 * <p>Only what {@link AllowedOptions} lists gets through: an option can name another device, make
 * the kernel panic on an error, or turn off what a volume's safety rests on.
 *
 * @param flags of the mount
 * @param data options of the filesystem, in the order given
 */
public record MountOptions(Set<MountFlag> flags, List<String> data) {
  public static final MountOptions NONE = new MountOptions(Set.of(), List.of());

  /** What mountinfo shows for each mount by itself, and a bind mount may have otherwise. */
  private static final Set<MountFlag> OF_ONE_MOUNT =
      Set.copyOf(
          EnumSet.of(
              MountFlag.READ_ONLY,
              MountFlag.NO_SUID,
              MountFlag.NO_DEV,
              MountFlag.NO_EXEC,
              MountFlag.NO_SYMFOLLOW,
              MountFlag.NO_ATIME,
              MountFlag.NO_DIRATIME));

  public MountOptions {
    flags = Set.copyOf(flags);
    data = List.copyOf(data);
  }

  /** Reads {@code mount_flags}; an element may hold several options, separated by commas. */
  static MountOptions parse(FsType type, List<String> given, String field) {
    EnumSet<MountFlag> flags = EnumSet.noneOf(MountFlag.class);
    List<String> data = new ArrayList<>();
    for (String option : given.stream().flatMap(f -> Stream.of(f.split(",", -1))).toList()) {
      Optional<MountFlag> flag = MountFlag.parse(option).filter(f -> f != MountFlag.RECURSIVE);
      if (flag.isPresent()) {
        flags.add(flag.get());
      } else if (AllowedOptions.opposite(option).isPresent()) {
        flags.removeAll(AllowedOptions.opposite(option).get());
      } else if (AllowedOptions.isOf(type, option)) {
        data.add(option);
      } else {
        throw notAllowed(type.kernelName(), option, field, AllowedOptions.names(type));
      }
    }
    return new MountOptions(flags, data);
  }

  /** The same for a directory volume, which has no filesystem of its own to take options. */
  static MountOptions parseOfOneMount(List<String> given, String field) {
    EnumSet<MountFlag> flags = EnumSet.noneOf(MountFlag.class);
    for (String option : given.stream().flatMap(f -> Stream.of(f.split(",", -1))).toList()) {
      Optional<MountFlag> flag = MountFlag.parse(option).filter(OF_ONE_MOUNT::contains);
      if (flag.isPresent()) {
        flags.add(flag.get());
      } else if (AllowedOptions.opposite(option).isPresent()) {
        flags.removeAll(AllowedOptions.opposite(option).get());
      } else {
        throw notAllowed(
            "a directory volume", option, field, AllowedOptions.namesOfOneMount(OF_ONE_MOUNT));
      }
    }
    return new MountOptions(flags, List.of());
  }

  public boolean isReadOnly() {
    return flags.contains(MountFlag.READ_ONLY);
  }

  /** These and {@code ro}. */
  public MountOptions readOnly(boolean wanted) {
    if (!wanted) {
      return this;
    }
    EnumSet<MountFlag> more = EnumSet.of(MountFlag.READ_ONLY);
    more.addAll(flags);
    return new MountOptions(more, data);
  }

  /** These and one option of the filesystem. */
  public MountOptions with(String option) {
    return data.contains(option)
        ? this
        : new MountOptions(flags, Stream.concat(data.stream(), Stream.of(option)).toList());
  }

  /** The flags that a bind mount can have for itself; all others belong to the filesystem. */
  public Set<MountFlag> ofOneMount() {
    EnumSet<MountFlag> own = EnumSet.noneOf(MountFlag.class);
    flags.stream().filter(OF_ONE_MOUNT::contains).forEach(own::add);
    return own;
  }

  /**
   * How {@code mount} differs from these options as far as mountinfo shows; empty if it does not.
   */
  public Optional<String> differenceOfMount(MountEntry mount) {
    return OF_ONE_MOUNT.stream()
        .sorted()
        .filter(f -> flags.contains(f) != isSet(mount, f))
        .findFirst()
        .map(f -> (flags.contains(f) ? "it is mounted without " : "it is mounted ") + f.option());
  }

  /** Like {@link #differenceOfMount}, the options of the filesystem included. */
  public Optional<String> differenceOfFilesystem(MountEntry mount) {
    return differenceOfMount(mount)
        .or(
            () ->
                Stream.concat(data.stream(), mount.superOptions().stream())
                    .filter(AllowedOptions::isShown)
                    .filter(o -> data.contains(o) != mount.superOptions().contains(o))
                    .findFirst()
                    .map(
                        o -> (data.contains(o) ? "it is mounted without " : "it is mounted ") + o));
  }

  private static boolean isSet(MountEntry mount, MountFlag flag) {
    return mount.options().contains(flag.option());
  }

  /** Only the option's name is shown: its value may be meant for the kernel alone. */
  private static VolumeException notAllowed(
      String what, String option, String field, List<String> allowed) {
    int equals = option.indexOf('=');
    return new VolumeException.Invalid(
        "%s: '%s' is not allowed for %s; allowed are %s"
            .formatted(
                field,
                equals < 0 ? option : option.substring(0, equals + 1) + "…",
                what,
                String.join(", ", allowed)));
  }
}
