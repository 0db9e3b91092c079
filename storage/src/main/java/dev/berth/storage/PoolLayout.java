package dev.berth.storage;

import java.nio.file.Path;

/** Where things lie in a pool. */
record PoolLayout(Path root) {
  Path poolFile() {
    return root.resolve(PoolFile.NAME);
  }

  /** Says who has the pool open, for the message that another process gives. */
  Path holder() {
    return root.resolve("holder");
  }

  Path volumes() {
    return root.resolve("volumes");
  }

  Path volume(String name) {
    return volumes().resolve(name);
  }

  Path snapshots() {
    return root.resolve("snapshots");
  }

  Path snapshot(String name) {
    return snapshots().resolve(name);
  }

  Path groups() {
    return root.resolve("groups");
  }

  /** In a shared pool: locked by who makes or deletes a group. */
  Path groupLock() {
    return root.resolve("groups.lock");
  }

  /** In a shared pool: who it is shared with, a file for each node. */
  Path nodes() {
    return root.resolve("nodes");
  }

  Path drafts() {
    return root.resolve("drafts");
  }

  Path trash() {
    return root.resolve("trash");
  }
}
