package dev.berth.storage.linux;

import dev.berth.storage.Bytes;
import dev.berth.storage.VolumeException.SystemCallFailed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The queue of a loop device below {@code /sys/block}. */
final class LoopQueue {
  private static final Path ROOT = Path.of("/sys/block");
  private static final Pattern CHOSEN = Pattern.compile("\\[([^\\]]+)\\]");
  private static final int O_WRONLY = 1;

  private final Kernel kernel;
  private final SysBlock sys;

  LoopQueue(Kernel kernel, SysBlock sys) {
    this.kernel = kernel;
    this.sys = sys;
  }

  /** All of it or nothing; answers what was before of what {@code wanted} names. */
  QueueSettings tune(int number, QueueSettings wanted) {
    QueueSettings before = before(number, wanted);
    try {
      apply(number, wanted);
    } catch (SystemCallFailed refused) {
      try {
        apply(number, before);
      } catch (SystemCallFailed again) {
        refused.addSuppressed(again);
      }
      throw refused;
    }
    return before;
  }

  /** Whether the next who gets this number would find settings that it has not asked for. */
  boolean isLeftTuned(int number) {
    return sys.isDiscardForbidden(number)
        || scheduler(number).filter(name -> !name.equals("none")).isPresent();
  }

  private QueueSettings before(int number, QueueSettings wanted) {
    return new QueueSettings(
        wanted.readAhead().flatMap(_ -> readAhead(number)),
        wanted.scheduler().flatMap(_ -> scheduler(number)),
        wanted.discard().map(_ -> !sys.isDiscardForbidden(number)));
  }

  /**
   * The scheduler first, which may be refused, for discard cannot be taken back; read-ahead last,
   * because the kernel computes it anew when another limit of the queue changes.
   */
  private void apply(int number, QueueSettings wanted) {
    Optional<Bytes> readAhead = wanted.readAhead().or(() -> readAhead(number));
    wanted
        .scheduler()
        .filter(name -> !scheduler(number).equals(Optional.of(name)))
        .ifPresent(name -> write(number, "scheduler", name));
    wanted.discard().ifPresent(allowed -> discard(number, allowed));
    readAhead
        .filter(size -> !readAhead(number).equals(Optional.of(size)))
        .ifPresent(size -> write(number, "read_ahead_kb", Long.toString(size.value() / 1024)));
  }

  private void discard(int number, boolean allowed) {
    if (allowed != sys.isDiscardForbidden(number)) {
      return;
    }
    if (!allowed) {
      sys.forbidDiscard(number);
      return;
    }
    try {
      write(number, "discard_max_bytes", read(number, "discard_max_hw_bytes").orElse("0"));
    } catch (SystemCallFailed refused) {
      if (!refused.is("EINVAL")) {
        throw refused;
      }
      // The kernel has forgotten the granularity and will not have it back: the next attach.
    }
  }

  private Optional<Bytes> readAhead(int number) {
    return read(number, "read_ahead_kb").map(kib -> Bytes.ofKiB(Long.parseLong(kib)));
  }

  private Optional<String> scheduler(int number) {
    return read(number, "scheduler")
        .map(CHOSEN::matcher)
        .filter(Matcher::find)
        .map(chosen -> chosen.group(1));
  }

  private static Optional<String> read(int number, String name) {
    Path file = file(number, name);
    try {
      return Optional.of(Files.readString(file).strip());
    } catch (NoSuchFileException gone) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + file, e);
    }
  }

  private void write(int number, String name, String value) {
    Path file = file(number, name);
    byte[] bytes = value.getBytes(StandardCharsets.US_ASCII);
    try (Descriptor open = kernel.open(file, O_WRONLY)) {
      kernel.call(
          "write", file + " " + value, () -> kernel.libc().write(open.fd(), bytes, bytes.length));
    }
  }

  private static Path file(int number, String name) {
    return ROOT.resolve("loop" + number).resolve("queue").resolve(name);
  }
}
