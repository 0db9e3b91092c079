package dev.berth.provisioner.recycle;

/** Empties volumes. */
public interface Recycler {
  /** Where nobody may touch files. */
  Recycler NONE =
      contents -> {
        throw new RecycleException(contents + " is not to be emptied from here");
      };

  /**
   * Removes everything in a volume, but not its folder. Calling it again goes on where it ended.
   *
   * @throws RecycleException if something stays, with its path and the reason
   */
  void empty(Contents contents) throws RecycleException;
}
