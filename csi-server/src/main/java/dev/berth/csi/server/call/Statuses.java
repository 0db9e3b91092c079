package dev.berth.csi.server.call;

import dev.berth.storage.VolumeException;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;

/**
 * From a failure to a gRPC status. A code is a promise to the caller: CANCELLED, DEADLINE_EXCEEDED,
 * UNAVAILABLE and ABORTED say that the work may go on or may be tried again as it is, all others
 * that nothing runs and nothing half-made is left.
 */
final class Statuses {
  /** Header lists of HTTP/2 peers end at 8 KiB, and a message is escaped on its way. */
  private static final int LONGEST = 2000;

  private Statuses() {}

  /** The status of anything that a service threw; never UNKNOWN. */
  static Status of(Throwable thrown, String callId) {
    return switch (thrown) {
      case VolumeException e -> of(e);
      case StatusRuntimeException e when e.getStatus().getCode() != Status.Code.UNKNOWN ->
          e.getStatus();
      case StatusException e when e.getStatus().getCode() != Status.Code.UNKNOWN -> e.getStatus();
      default ->
          Status.INTERNAL
              .withDescription(
                  "a bug in the driver (%s in call %s); its log has the details under that id"
                      .formatted(thrown.getClass().getSimpleName(), callId))
              .withCause(thrown);
    };
  }

  /** A kind of failure without a code does not compile. */
  static Status of(VolumeException e) {
    Status code =
        switch (e) {
          case VolumeException.Invalid _ -> Status.INVALID_ARGUMENT;
          case VolumeException.NotFound _ -> Status.NOT_FOUND;
          case VolumeException.Conflict _ -> Status.ALREADY_EXISTS;
          case VolumeException.Busy _ -> Status.ABORTED;
          case VolumeException.OutOfSpace _ -> Status.RESOURCE_EXHAUSTED;
          case VolumeException.OutOfRange _ -> Status.OUT_OF_RANGE;
          case VolumeException.NotNow _ -> Status.FAILED_PRECONDITION;
          case VolumeException.Overloaded _ -> Status.UNAVAILABLE;
          case VolumeException.StillRunning _ -> Status.DEADLINE_EXCEEDED;
          case VolumeException.Damaged _ -> Status.DATA_LOSS;
          // The disk may be mounted in a minute, and nothing can be said of its volumes until then.
          case VolumeException.PoolMissing _ -> Status.UNAVAILABLE;
          case VolumeException.SystemCallFailed failed -> of(failed.errno());
        };
    return code.withDescription(shortened(e.getMessage()));
  }

  /** The errors of the kernel that a caller can do something about; all others are INTERNAL. */
  private static Status of(String errno) {
    return switch (errno) {
      case "ENOSPC", "EDQUOT" -> Status.RESOURCE_EXHAUSTED;
      // A filesystem that turned read-only, or lacks a privilege: a person must act first.
      case "EROFS", "EPERM", "EACCES" -> Status.FAILED_PRECONDITION;
      // What the kernel found on the disk is wrong (EUCLEAN is EFSCORRUPTED, EBADMSG EFSBADCRC).
      case "EUCLEAN", "EBADMSG" -> Status.DATA_LOSS;
      default -> Status.INTERNAL;
    };
  }

  private static String shortened(String message) {
    return message.length() <= LONGEST ? message : message.substring(0, LONGEST) + "…";
  }
}
