package dev.berth.e2e.sigkill;

/** What a user knows of an object from the daemon's answers alone. */
enum Belief {
  /** It was never asked for, or its end was seen. */
  ABSENT,
  /** It was asked for, and no answer came: it may be there. */
  ASKED,
  /** The daemon said that it is there. */
  THERE,
  /** Its deletion was asked for, and no answer came. */
  LEAVING,
  /** The daemon said that it will be deleted. */
  LEFT;

  /** What is known after a look, when nothing is under way; {@code dying} is a deletion mark. */
  Belief afterLook(boolean found, boolean dying) {
    if (!found) {
      return ABSENT;
    }
    return dying ? LEFT : THERE;
  }

  /** Whether a look may find this. */
  boolean allows(boolean found, boolean dying) {
    return switch (this) {
      case ABSENT -> !found;
      case ASKED -> !dying;
      case THERE -> found && !dying;
      case LEAVING -> true;
      case LEFT -> !found || dying;
    };
  }
}
