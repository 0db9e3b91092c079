package dev.berth.provisioner.simulation;

import io.grpc.Status;

/** What becomes of the call that a controller is about to make. */
sealed interface Fault {
  /** It works. */
  record None() implements Fault {
    private static final None INSTANCE = new None();
  }

  /** The cluster refuses: nothing is done, and the caller is told. */
  record Unavailable() implements Fault {}

  /** Somebody else wrote first, says the cluster; nothing is done. */
  record Conflict() implements Fault {}

  /** It is done, and the caller is told that it failed. */
  record LostReply() implements Fault {}

  /** The driver answers this at once; nothing is begun. */
  record Refused(Status.Code code) implements Fault {}

  /** The driver answers this while its work goes on and ends later. */
  record GoesOn(Status.Code code) implements Fault {}

  /** It works. */
  static Fault none() {
    return None.INSTANCE;
  }

  /** A name for summaries. */
  default String kind() {
    return switch (this) {
      case None _ -> "none";
      case Unavailable _ -> "cluster unavailable";
      case Conflict _ -> "conflict";
      case LostReply _ -> "lost reply";
      case Refused(var code) -> "RPC " + code;
      case GoesOn(var code) -> "RPC " + code + ", work goes on";
    };
  }
}
