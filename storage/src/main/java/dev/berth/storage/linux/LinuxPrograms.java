package dev.berth.storage.linux;

import dev.berth.storage.VolumeException.StillRunning;
import dev.berth.storage.VolumeException.SystemCallFailed;
import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jnr.constants.platform.Errno;

/** Programs as child processes. */
final class LinuxPrograms implements Programs {
  /** How long a killed program may take to go; one that does not is stuck in the kernel. */
  private static final Duration LAST_MOMENT = Duration.ofSeconds(5);

  /** How long what is left in the pipes may take, when a grandchild keeps them open. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(1);

  /** Java tells why a program could not be started in words only. */
  private static final Pattern ERROR = Pattern.compile("error[=:] ?(\\d+)");

  @Override
  public Output run(List<String> command, Duration deadline) {
    Process process = start(command);
    Drain out = Drain.of(process.getInputStream());
    Drain err = Drain.of(process.getErrorStream());
    try {
      if (!process.waitFor(deadline.toNanos(), TimeUnit.NANOSECONDS)) {
        kill(process, command);
        throw new SystemCallFailed(
            command.getFirst(), words(command), "ETIMEDOUT", "killed after " + deadline);
      }
      return new Output(process.exitValue(), out.text(LAST_WORDS), err.text(LAST_WORDS));
    } catch (InterruptedException e) {
      killAll(process);
      Thread.currentThread().interrupt();
      throw Kernel.failure(command.getFirst(), words(command), Errno.EINTR);
    }
  }

  private static Process start(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command).redirectInput(new File("/dev/null"));
    builder.environment().put("LC_ALL", "C");
    try {
      return builder.start();
    } catch (IOException e) {
      Matcher number = ERROR.matcher(String.valueOf(e.getMessage()));
      int errno = number.find() ? Integer.parseInt(number.group(1)) : Errno.EIO.intValue();
      SystemCallFailed failure = Kernel.failure("exec", words(command), errno);
      failure.initCause(e);
      throw failure;
    }
  }

  private static void kill(Process process, List<String> command) throws InterruptedException {
    killAll(process);
    if (!process.waitFor(LAST_MOMENT.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new StillRunning(
          words(command)
              + ": killed, but process "
              + process.pid()
              + " is still there; the kernel waits for its disk, look into dmesg");
    }
  }

  /** The children first: once their parent is dead, nobody knows whose they were. */
  private static void killAll(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  private static String words(List<String> command) {
    return String.join(" ", command);
  }
}
