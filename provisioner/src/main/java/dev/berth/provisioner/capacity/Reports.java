package dev.berth.provisioner.capacity;

import dev.berth.provisioner.metrics.Meters;

/**
 * Who is told what was done.
 *
 * @param room that the room on the node has changed
 * @param meters what was done, and how long it took
 */
public record Reports(Room room, Meters meters) {
  /** Nobody. */
  public static final Reports NONE = new Reports(Room.UNTOLD, Meters.NONE);
}
