package dev.berth.node.ephemeral;

import dev.berth.storage.Bytes;
import java.util.Optional;

/**
 * Whether pods may have inline ephemeral volumes of this driver.
 *
 * @param largest the size that one may have at most; empty when there may be none
 */
public record EphemeralSettings(Optional<Bytes> largest) {
  /** No pod may. */
  public static final EphemeralSettings OFF = new EphemeralSettings(Optional.empty());

  /** Each may have as many as fit the pools, of at most that size. */
  public static EphemeralSettings upTo(Bytes largest) {
    return new EphemeralSettings(Optional.of(largest));
  }
}
