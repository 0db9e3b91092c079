package dev.berth.storage.linux;

import java.time.Duration;
import java.util.List;

/** Running another program, such as mkfs, without a shell. */
public interface Programs {
  /**
   * Runs a program to its end, with nothing on its standard input, and answers its exit code,
   * whatever that is. Errno ENOENT or EACCES when it cannot be started; ETIMEDOUT when the deadline
   * has passed and it and all its children were killed; {@link
   * dev.berth.storage.VolumeException.StillRunning} when even that did not end it (stuck in the
   * kernel).
   *
   * @param command program and arguments; {@code --} before a path is the caller's part
   */
  Output run(List<String> command, Duration deadline);

  /** What a program said, the first mebibyte of each stream, and its exit code. */
  record Output(int exitCode, String out, String err) {
    public boolean succeeded() {
      return exitCode == 0;
    }

    /** What it said, in one line, for an error message. */
    public String oneLine() {
      String text = err.isBlank() ? out : err;
      return text.strip().replaceAll("\\s*\\R\\s*", "; ");
    }
  }
}
