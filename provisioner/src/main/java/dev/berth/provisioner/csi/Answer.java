package dev.berth.provisioner.csi;

import io.grpc.Status;

/**
 * How a CSI call ended. A status is a promise about what the driver still does (CSI spec, "Error
 * Scheme"), so what may be forgotten is a type and not a string.
 */
public sealed interface Answer<T> {
  /** The call succeeded. */
  record Done<T>(T value) implements Answer<T> {}

  /** A final no: nothing runs any more and nothing is left behind. */
  record Refused<T>(Status.Code code, String why) implements Answer<T> {}

  /**
   * Nobody knows: the work may still be running or done. Call again until there is a final answer.
   */
  record StillRunning<T>(String why) implements Answer<T> {}

  /** A final no for this place; another node or pool may have room. */
  record TryAnotherNode<T>(String why) implements Answer<T> {}

  /**
   * What a failed call promises: CANCELLED, DEADLINE_EXCEEDED, UNAVAILABLE and ABORTED promise
   * nothing, RESOURCE_EXHAUSTED that it is a question of place, every other code that it is over.
   */
  static <T> Answer<T> failed(Status status) {
    String why = text(status);
    return switch (status.getCode()) {
      case CANCELLED, DEADLINE_EXCEEDED, UNAVAILABLE, ABORTED -> new StillRunning<>(why);
      case RESOURCE_EXHAUSTED -> new TryAnotherNode<>(why);
      case OK,
          UNKNOWN,
          INVALID_ARGUMENT,
          NOT_FOUND,
          ALREADY_EXISTS,
          PERMISSION_DENIED,
          FAILED_PRECONDITION,
          OUT_OF_RANGE,
          UNIMPLEMENTED,
          INTERNAL,
          DATA_LOSS,
          UNAUTHENTICATED ->
          new Refused<>(status.getCode(), why);
    };
  }

  /** The status as upstream's events print it: {@code rpc error: code = … desc = …}. */
  private static String text(Status status) {
    String description = status.getDescription();
    return "rpc error: code = "
        + CodeName.of(status.getCode())
        + " desc = "
        + (description == null ? "(no message)" : description);
  }
}
