package dev.berth.node.registration;

/** How a driver stands with the kubelet. */
public sealed interface Standing {
  /** The kubelet has not answered yet. */
  record Waiting() implements Standing {}

  /** The kubelet has taken the driver. */
  record Registered() implements Standing {}

  /**
   * The kubelet has not taken the driver; it is asked again.
   *
   * @param why its own words
   */
  record Refused(String why) implements Standing {}
}
