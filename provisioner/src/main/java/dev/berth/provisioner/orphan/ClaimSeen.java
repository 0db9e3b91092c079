package dev.berth.provisioner.orphan;

import java.util.Optional;

/** The claim that a volume was made for, as it is kept now: never from a cache. */
sealed interface ClaimSeen {
  /** There is no claim of that name. */
  record Gone() implements ClaimSeen {}

  /** The claim of that name is another one. */
  record Another(String uid) implements ClaimSeen {}

  /** It is there and has no volume yet. */
  record Pending() implements ClaimSeen {}

  /** It names a volume, and is not bound to it from both sides. */
  record HalfBound(String volume) implements ClaimSeen {}

  /** It names a volume that does not exist. */
  record Bereft(String volume) implements ClaimSeen {}

  /**
   * It is bound, from both sides.
   *
   * @param handle of the volume; empty when that is no CSI volume
   */
  record Bound(String volume, Optional<String> handle) implements ClaimSeen {}
}
