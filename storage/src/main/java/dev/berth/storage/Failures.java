package dev.berth.storage;

import dev.berth.storage.VolumeException.SystemCallFailed;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Names the errno again that java.nio hides in its exceptions, so that callers can decide by it.
 */
final class Failures {
  /** What strerror(3) says, which is what {@link FileSystemException#getReason} repeats. */
  private static final Map<String, String> BY_REASON =
      Map.of(
          "No space left on device", "ENOSPC",
          "Disk quota exceeded", "EDQUOT",
          "File too large", "EFBIG",
          "Read-only file system", "EROFS",
          "Too many levels of symbolic links", "ELOOP",
          "Permission denied", "EACCES",
          "Operation not permitted", "EPERM",
          "Not a directory", "ENOTDIR");

  private Failures() {}

  /** An action of java.nio. */
  interface Action<R> {
    R run() throws IOException;
  }

  /** An action of java.nio without a result. */
  interface Step {
    void run() throws IOException;
  }

  /**
   * Runs {@code action}; its IOException comes out as {@link SystemCallFailed}.
   *
   * @param call what is done to {@code file}, for the message
   */
  static <R> R named(String call, Path file, Action<R> action) {
    try {
      return action.run();
    } catch (IOException e) {
      throw failed(call, file, e);
    }
  }

  static void doing(String call, Path file, Step step) {
    try {
      step.run();
    } catch (IOException e) {
      throw failed(call, file, e);
    }
  }

  private static SystemCallFailed failed(String call, Path file, IOException e) {
    SystemCallFailed failure = new SystemCallFailed(call, file.toString(), errno(e), reason(e));
    failure.initCause(e);
    return failure;
  }

  private static String errno(IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> "ENOENT";
      case FileAlreadyExistsException _ -> "EEXIST";
      case AccessDeniedException _ -> "EACCES";
      case DirectoryNotEmptyException _ -> "ENOTEMPTY";
      case NotDirectoryException _ -> "ENOTDIR";
      default -> BY_REASON.getOrDefault(reason(e), "EIO");
    };
  }

  private static String reason(IOException e) {
    String reason = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
    return reason == null ? e.getClass().getSimpleName() : reason;
  }
}
