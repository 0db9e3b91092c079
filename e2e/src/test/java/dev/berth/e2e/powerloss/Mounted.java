package dev.berth.e2e.powerloss;

import dev.berth.e2e.harness.Shell;
import dev.berth.storage.VolumeException.SystemCallFailed;
import dev.berth.storage.linux.Linux;
import dev.berth.storage.linux.LoopDevice;
import dev.berth.storage.linux.UnmountFlag;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A loop device that is mounted until this is closed. Others may keep it busy meanwhile: a program
 * that another thread starts has our open files between its fork and its exec, and a container that
 * somebody starts on this machine begins with a copy of all mounts. After some patience both go by
 * themselves, when the last user has gone.
 */
record Mounted(Linux linux, LoopDevice device, Path at) implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration STEP = Duration.ofMillis(5);

  /** Two clones of one disk have the same UUID, which xfs does not mind when told. */
  static Mounted mount(Linux linux, LoopDevice device, String kind, Path at) {
    String options = kind.equals("xfs") ? "nouuid" : "";
    Mounted mounted = new Mounted(linux, device, at);
    try {
      linux.mounts().mount(device.path().toString(), at, kind, Set.of(), options);
      return mounted;
    } catch (SystemCallFailed e) {
      mounted.detach();
      throw e;
    }
  }

  @Override
  public void close() {
    if (!patiently(() -> linux.mounts().unmount(at, Set.of()))) {
      linux.mounts().unmount(at, Set.of(UnmountFlag.DETACH));
    }
    detach();
  }

  private void detach() {
    if (!patiently(() -> linux.loops().detach(device))) {
      Shell.ask("losetup", "--detach", device.path().toString());
    }
  }

  /** Whether it succeeded in time. */
  private static boolean patiently(Runnable call) {
    try {
      Awaitility.await()
          .atMost(PATIENCE)
          .pollDelay(Duration.ZERO)
          .pollInterval(STEP)
          .until(() -> succeeds(call));
      return true;
    } catch (ConditionTimeoutException e) {
      return false;
    }
  }

  private static boolean succeeds(Runnable call) {
    try {
      call.run();
      return true;
    } catch (SystemCallFailed e) {
      if (e.is("EBUSY")) {
        return false;
      }
      throw e;
    }
  }
}
