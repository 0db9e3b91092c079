package dev.berth.storage;

/** How many nodes may use a volume, and how: the access modes of CSI, by their names there. */
public enum AccessMode {
  SINGLE_NODE_WRITER(true, true),
  SINGLE_NODE_READER_ONLY(true, false),
  MULTI_NODE_READER_ONLY(false, false),
  MULTI_NODE_SINGLE_WRITER(false, true),
  MULTI_NODE_MULTI_WRITER(false, true),
  SINGLE_NODE_SINGLE_WRITER(true, true),
  SINGLE_NODE_MULTI_WRITER(true, true);

  private final boolean singleNode;
  private final boolean writing;

  AccessMode(boolean singleNode, boolean writing) {
    this.singleNode = singleNode;
    this.writing = writing;
  }

  /** Whether one node at a time may use it. */
  public boolean isSingleNode() {
    return singleNode;
  }

  /** Whether anybody may write. */
  public boolean isWriting() {
    return writing;
  }
}
