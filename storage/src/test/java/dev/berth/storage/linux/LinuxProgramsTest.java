package dev.berth.storage.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.storage.VolumeException.SystemCallFailed;
import dev.berth.storage.linux.Programs.Output;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinuxProgramsTest {
  private static final Duration AMPLE = Duration.ofSeconds(30);
  private final Programs programs = new LinuxPrograms();

  private Output sh(String script) {
    return programs.run(List.of("sh", "-c", script), AMPLE);
  }

  @Test
  void it_tells_the_exit_code_and_both_streams() {
    assertThat(sh("echo out; echo err >&2; exit 3")).isEqualTo(new Output(3, "out\n", "err\n"));
  }

  @Test
  void an_argument_is_never_read_by_a_shell() {
    Output output = programs.run(List.of("printf", "%s", "$HOME `id` ; x"), AMPLE);
    assertThat(output.out()).isEqualTo("$HOME `id` ; x");
  }

  @Test
  void a_program_that_says_much_on_both_streams_is_not_held_up() {
    Output output = sh("yes error | head -c 3000000 >&2; yes | head -c 3000000");
    assertThat(output.succeeded()).isTrue();
    assertThat(output.out()).hasSize(1 << 20);
    assertThat(output.err()).hasSize(1 << 20);
  }

  @Test
  void nothing_waits_on_standard_input() {
    assertThat(sh("cat")).isEqualTo(new Output(0, "", ""));
  }

  @Test
  void a_missing_program_is_ENOENT() {
    assertThatThrownBy(() -> programs.run(List.of("no-such-mkfs", "-q"), AMPLE))
        .hasMessage("exec no-such-mkfs -q: ENOENT (No such file or directory)");
  }

  @Test
  void at_the_deadline_it_and_its_children_are_killed(@TempDir Path dir) throws Exception {
    Path pid = dir.resolve("pid");
    List<String> command = List.of("sh", "-c", "sleep 600 & echo $! > " + pid + "; wait");
    assertThatThrownBy(() -> programs.run(command, Duration.ofSeconds(2)))
        .isInstanceOfSatisfying(
            SystemCallFailed.class, e -> assertThat(e.errno()).isEqualTo("ETIMEDOUT"))
        .hasMessageEndingWith("ETIMEDOUT (killed after PT2S)");
    long child = Long.parseLong(Files.readString(pid).strip());
    Awaitility.await().until(() -> ProcessHandle.of(child).stream().noneMatch(p -> p.isAlive()));
  }

  @Test
  void what_went_wrong_fits_one_line() {
    assertThat(sh("printf 'one\\n\\n two\\n' >&2; exit 1").oneLine()).isEqualTo("one; two");
  }
}
