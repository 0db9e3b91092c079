package dev.berth.storage.linux.recorded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.storage.linux.MountFlag;
import dev.berth.storage.linux.Mounts;
import dev.berth.storage.linux.MountsContract;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordingMountsTest extends MountsContract {
  private final RecordingMounts recorded = new RecordingMounts();

  @Override
  protected Mounts mounts() {
    return recorded;
  }

  @Test
  void it_tells_what_was_done(@TempDir Path target) {
    recorded.mount("/dev/loop3", target, "xfs", Set.of(MountFlag.READ_ONLY), "nouuid");
    recorded.unmount(target, Set.of());
    assertThat(recorded.changes())
        .containsExactly(
            "mount /dev/loop3 on " + target + " type xfs (ro,nouuid)", "unmount " + target);
  }

  @Test
  void a_loop_device_keeps_its_number(@TempDir Path target) {
    recorded.mount("/dev/loop3", target, "xfs", Set.of(), "");
    assertThat(recorded.table().at(target).orElseThrow().device()).hasToString("7:3");
  }

  @Test
  void what_is_held_is_busy_until_it_is_released(@TempDir Path target) {
    recorded.mount("berth-test", target, "tmpfs", Set.of(), "");
    recorded.hold(target);
    assertThatThrownBy(() -> recorded.unmount(target, Set.of()))
        .hasMessage("umount2 " + target + ": EBUSY (Device or resource busy)");
    recorded.release(target);
    recorded.unmount(target, Set.of());
    assertThat(recorded.table().at(target)).isEmpty();
  }
}
