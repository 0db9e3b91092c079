package dev.berth.storage.health;

/** What an {@link Ailment} means for its volume. */
public enum Severity {
  /** It can be used, and is not at its best. */
  DEGRADED,
  /** It cannot be used. */
  INACCESSIBLE,
  /** Data is lost, or there is reason to fear so. */
  DATA_LOSS
}
