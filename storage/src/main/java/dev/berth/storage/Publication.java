package dev.berth.storage;

import java.util.Optional;

/** That a node may use a volume, and how: what ControllerPublishVolume has promised. */
public record Publication(String node, AccessMode mode, boolean readOnly) {
  private static final String READ_ONLY = " readonly";

  public Publication {
    Member.requireNode(node);
  }

  /** Whether any node could have that id. */
  public static boolean isNode(String id) {
    return Member.isNode(id);
  }

  /** Whether this node may write. */
  boolean writes() {
    return mode.isWriting() && !readOnly;
  }

  /** How, without the node, as {@link #parse} reads it. */
  String how() {
    return mode.name() + (readOnly ? READ_ONLY : "");
  }

  static Publication parse(String node, String how) {
    boolean readOnly = how.endsWith(READ_ONLY);
    String mode = readOnly ? how.substring(0, how.length() - READ_ONLY.length()) : how;
    return new Publication(node, AccessMode.valueOf(mode), readOnly);
  }

  /** Why this one and {@code other}, of another node, cannot be at once; empty when they can. */
  Optional<String> excludes(Publication other) {
    if (mode.isSingleNode() || other.mode.isSingleNode()) {
      AccessMode one = mode.isSingleNode() ? mode : other.mode;
      return Optional.of("access mode " + one + " allows one node");
    }
    boolean oneWriter =
        mode == AccessMode.MULTI_NODE_SINGLE_WRITER
            || other.mode == AccessMode.MULTI_NODE_SINGLE_WRITER;
    return oneWriter && writes() && other.writes()
        ? Optional.of("access mode MULTI_NODE_SINGLE_WRITER allows one writer")
        : Optional.empty();
  }
}
