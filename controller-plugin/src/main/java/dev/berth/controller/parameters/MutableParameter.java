package dev.berth.controller.parameters;

import dev.berth.storage.Bytes;
import dev.berth.storage.Tuning;
import dev.berth.storage.linux.QueueSettings;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The mutable parameters, of a VolumeAttributesClass: the one table of their names and values. */
enum MutableParameter {
  UNDELETE(
      "undelete",
      "a duration such as `24h`, `90m`, `1h30m` or `7d`",
      "How long the volume waits in its pool's trash after its deletion, in place of what its StorageClass says.") {
    @Override
    Tuning parse(String text) {
      return new Tuning(Optional.of(Durations.parse(text)), QueueSettings.NONE);
    }
  },
  DISCARD(
      "discard",
      "`on` or `off`",
      "Whether blocks that the volume's filesystem or user trims (`fstrim`, the mount option `discard`) go back to the"
          + " pool. Switching it off is in force at once; switched on again, it is in force when the volume is staged"
          + " the next time, unless the kernel can do it at once. A thick volume takes `off` only.") {
    @Override
    Tuning parse(String text) {
      return switch (text) {
        case "on" -> queue(Optional.empty(), Optional.empty(), Optional.of(true));
        case "off" -> queue(Optional.empty(), Optional.empty(), Optional.of(false));
        default -> throw new IllegalArgumentException(text);
      };
    }
  },
  READ_AHEAD(
      "readAhead",
      "`0`, or a number with `Ki` or `Mi`, up to `256Mi`",
      "How much the kernel reads ahead of a reader that reads in order (`read_ahead_kb`).") {
    @Override
    Tuning parse(String text) {
      return queue(Optional.of(size(text)), Optional.empty(), Optional.empty());
    }
  },
  SCHEDULER(
      "scheduler",
      "`none`, `mq-deadline`, `kyber` or `bfq`, where the kernel has it",
      "The I/O scheduler of the volume's device.") {
    @Override
    Tuning parse(String text) {
      if (!SCHEDULERS.contains(text)) {
        throw new IllegalArgumentException(text);
      }
      return queue(Optional.empty(), Optional.of(text), Optional.empty());
    }
  };

  private static final Set<String> SCHEDULERS = Set.of("none", "mq-deadline", "kyber", "bfq");
  private static final Pattern SIZE = Pattern.compile("(\\d{1,6})(Ki|Mi)|0");
  private static final Bytes MOST = Bytes.ofMiB(256);

  private final String key;
  private final String takes;
  private final String meaning;

  MutableParameter(String key, String takes, String meaning) {
    this.key = key;
    this.takes = takes;
    this.meaning = meaning;
  }

  /** {@link IllegalArgumentException} for a value that it does not take. */
  abstract Tuning parse(String text);

  String key() {
    return key;
  }

  String takes() {
    return takes;
  }

  String meaning() {
    return meaning;
  }

  static Optional<MutableParameter> find(String key) {
    return Arrays.stream(values()).filter(p -> p.key.equals(key)).findFirst();
  }

  static String known() {
    return Arrays.stream(values()).map(MutableParameter::key).collect(Collectors.joining(", "));
  }

  private static Tuning queue(
      Optional<Bytes> readAhead, Optional<String> scheduler, Optional<Boolean> discard) {
    return new Tuning(Optional.empty(), new QueueSettings(readAhead, scheduler, discard));
  }

  private static Bytes size(String text) {
    Matcher parts = SIZE.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException(text);
    }
    if (text.equals("0")) {
      return Bytes.ZERO;
    }
    long number = Long.parseLong(parts.group(1));
    Bytes size = parts.group(2).equals("Ki") ? Bytes.ofKiB(number) : Bytes.ofMiB(number);
    if (size.isMoreThan(MOST)) {
      throw new IllegalArgumentException(text);
    }
    return size;
  }
}
