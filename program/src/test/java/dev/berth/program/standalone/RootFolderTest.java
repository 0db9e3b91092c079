package dev.berth.program.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.berth.program.Fault;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RootFolderTest {
  @Test
  void a_path_too_long_for_a_socket_is_refused_before_anything_is_made(@TempDir Path folder) {
    Path root = folder.resolve("x".repeat(100));
    assertThatExceptionOfType(Fault.class)
        .isThrownBy(() -> RootFolder.take(root))
        .withMessageStartingWith("the root folder " + root + " has a path of ")
        .withMessageEndingWith("choose one of at most 89 bytes with --root");
    assertThat(root).doesNotExist();
  }

  @Test
  void a_folder_has_one_daemon_at_a_time(@TempDir Path folder) {
    Path root = folder.resolve("a root");
    try (RootFolder first = RootFolder.take(root)) {
      assertThat(first.path()).isEqualTo(root);
      assertThatExceptionOfType(Fault.class)
          .isThrownBy(() -> RootFolder.take(root))
          .withMessage(
              "another daemon (pid %s) runs over %s; stop it first, or choose another folder with --root",
              ProcessHandle.current().pid(), root);
    }
    RootFolder.take(root).close();
  }
}
