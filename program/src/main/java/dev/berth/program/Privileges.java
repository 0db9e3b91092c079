package dev.berth.program;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether this process may mount. */
public final class Privileges {
  private Privileges() {}

  /**
   * Refuses to go on as an ordinary user, before anything was touched.
   *
   * @param command what was asked for, as it was typed
   * @throws Fault with one sentence that says what to do
   */
  public static void require(String command) {
    if (effectiveUser() != 0) {
      throw new Fault(command + " mounts filesystems and must run as root; try: sudo " + command);
    }
  }

  private static int effectiveUser() {
    try {
      return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    } catch (IOException e) {
      throw new Fault("cannot tell which user this is: " + e.getMessage(), e);
    }
  }
}
