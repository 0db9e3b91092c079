package dev.berth.storage.linux.recorded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.storage.linux.Linux;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FaultyLinuxTest {
  private final RecordedLinux recorded = RecordedLinux.create();
  private final Linux real = recorded.with(Linux.real().files());

  @Test
  void only_the_nth_call_of_that_name_fails(@TempDir Path target) {
    Linux faulty = FaultyLinux.wrap(real, Faults.nth("mount", 2, "EIO"));
    faulty.mounts().mount("one", target, "tmpfs", Set.of(), "");
    faulty.mounts().unmount(target, Set.of());
    assertThatThrownBy(() -> faulty.mounts().mount("two", target, "tmpfs", Set.of(), ""))
        .hasMessage("mount two on " + target + " type tmpfs: EIO (Input/output error)");
    faulty.mounts().mount("three", target, "tmpfs", Set.of(), "");
    assertThat(recorded.mounts().changes())
        .containsExactly(
            "mount one on " + target + " type tmpfs",
            "unmount " + target,
            "mount three on " + target + " type tmpfs");
  }

  @Test
  void every_kind_of_call_can_be_counted(@TempDir Path dir) {
    List<String> calls = new ArrayList<>();
    Linux faulty = FaultyLinux.wrap(real, (call, _) -> calls.add(call));
    faulty.files().syncDirectory(dir);
    faulty.programs().run(List.of("mkfs.xfs"), Duration.ofSeconds(1));
    faulty.files().stat(dir);
    assertThat(calls).containsExactly("syncDirectory", "run", "stat");
    assertThat(recorded.programs().commands()).containsExactly(List.of("mkfs.xfs"));
  }

  @Test
  void the_nth_of_all_calls_fails(@TempDir Path dir) {
    Linux faulty = FaultyLinux.wrap(real, Faults.nthOfAll(2, "ENOSPC"));
    faulty.files().stat(dir);
    assertThatThrownBy(() -> faulty.files().syncDirectory(dir))
        .hasMessage("syncDirectory " + dir + ": ENOSPC (No space left on device)");
    faulty.files().syncDirectory(dir);
  }
}
