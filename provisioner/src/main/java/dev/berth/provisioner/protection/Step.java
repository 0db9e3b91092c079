package dev.berth.provisioner.protection;

/** What becomes of a protection finalizer. */
enum Step {
  /** Nothing: it is right as it is. */
  KEEP,
  /** The object is new or was stripped of it. */
  ADD,
  /** The object goes, and nothing uses it any more. */
  REMOVE;

  static Step decide(boolean deleting, boolean has, boolean inUse) {
    if (!deleting) {
      return has ? KEEP : ADD;
    }
    return has && !inUse ? REMOVE : KEEP;
  }
}
