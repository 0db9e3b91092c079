package dev.berth.storage.linux;

import dev.berth.storage.Bytes;

/** Follows a copy from piece to piece, and may end it. */
@FunctionalInterface
public interface CopyWatch {
  /**
   * Asked before each piece.
   *
   * @param done everything below this offset is copied, though not yet forced to disk
   * @return false to end the copy here
   */
  boolean goesOn(Bytes done);
}
