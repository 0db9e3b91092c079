package dev.berth.storage;

import java.util.regex.Pattern;

/**
 * As which node a process is one of several that have a pool open.
 *
 * @param node its id, as NodeGetInfo answers it: a label value of at most 63 characters
 * @param attachLimit how many volumes may be published to that node, 0 for as many as there are
 */
public record Member(String node, int attachLimit) {
  private static final Pattern LABEL_VALUE =
      Pattern.compile("[a-zA-Z0-9]([a-zA-Z0-9._-]{0,61}[a-zA-Z0-9])?");

  public Member {
    requireNode(node);
    if (attachLimit < 0) {
      throw new VolumeException.Invalid("attach limit " + attachLimit + " is negative");
    }
  }

  /** Whether any node could have that id; one that could not is safe nowhere as a file's name. */
  static boolean isNode(String id) {
    return LABEL_VALUE.matcher(id).matches();
  }

  static void requireNode(String id) {
    if (!isNode(id)) {
      throw new VolumeException.Invalid(
          "node id "
              + Quoted.of(id)
              + " is not 1 to 63 letters, digits, '.', '_' and '-', with a letter or digit at both"
              + " ends");
    }
  }
}
