package dev.berth.e2e.powerloss;

import dev.berth.storage.Bytes;

/**
 * What shall be recorded.
 *
 * @param kind of the pool's filesystem
 * @param rounds how many volumes each user makes
 * @param forgotten whose fsync is left out: the last name of a path, or nothing
 */
record Recording(String kind, int rounds, String forgotten) {
  /** The size of the pool's disk; only what is written to it takes room. */
  static final Bytes DISK = Bytes.ofGiB(2);

  static Recording parse(String text) {
    String[] words = text.split(":", -1);
    return new Recording(words[0], Integer.parseInt(words[1]), words[2]);
  }

  /** A word that {@link #parse} reads. */
  String word() {
    return kind + ":" + rounds + ":" + forgotten;
  }
}
