package dev.berth.provisioner.capacity;

/** Who is told that the room on the node has changed. Never throws. */
public interface Room {
  /** Nobody places anything by it. */
  Room UNTOLD =
      new Room() {
        @Override
        public void changed() {}

        @Override
        public void publish(String className) {}
      };

  /** A volume was made, grown or deleted: tell soon. */
  void changed();

  /** Tell at once, before this returns: somebody is about to choose again for this class. */
  void publish(String className);
}
