package dev.berth.provisioner.immediate;

import dev.berth.provisioner.quantity.Bytes;

/**
 * A node that may have a volume of a class.
 *
 * @param node its name
 * @param largest the largest volume that it says it has room for
 * @param promised what claims that were given to it and have no volume yet will take
 * @param claims how many these are
 */
record Site(String node, Bytes largest, Bytes promised, int claims) {
  /** The largest volume when those claims have theirs. */
  Bytes room() {
    return new Bytes(Math.max(0, largest.value() - promised.value()));
  }
}
