package dev.berth.storage.linux;

import dev.berth.storage.Bytes;
import java.util.Optional;

/**
 * How a block device's requests are queued, as {@code /sys/block/<device>/queue} has it
 * (Documentation/ABI/stable/sysfs-block); what is empty is left as it is.
 *
 * @param readAhead {@code read_ahead_kb}: what is read beyond what was asked for; whole kibibytes
 * @param scheduler {@code scheduler}: the I/O scheduler, by the kernel's name for it
 * @param discard whether trims give blocks back ({@code discard_max_bytes} is 0 or not)
 */
public record QueueSettings(
    Optional<Bytes> readAhead, Optional<String> scheduler, Optional<Boolean> discard) {
  /** Everything as it is. */
  public static final QueueSettings NONE =
      new QueueSettings(Optional.empty(), Optional.empty(), Optional.empty());

  public QueueSettings {
    readAhead.ifPresent(QueueSettings::requireKibibytes);
  }

  /** Whether this asks for nothing. */
  public boolean isNone() {
    return equals(NONE);
  }

  private static void requireKibibytes(Bytes size) {
    if (!size.isMultipleOf(Bytes.ofKiB(1))) {
      throw new IllegalArgumentException("read-ahead " + size + " is not in whole kibibytes");
    }
  }
}
