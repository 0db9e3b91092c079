package dev.berth.provisioner.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FoldersTest {
  private final FakeHostMounts mounts = new FakeHostMounts();
  @TempDir Path temporary;
  private Path folder = Path.of("/");

  @BeforeEach
  void make() throws IOException {
    folder = Files.createDirectories(temporary.toRealPath().resolve("cache"));
  }

  @Test
  void a_folder_goes_with_all_that_is_in_it() throws IOException {
    Files.createDirectories(folder.resolve("a/b/c"));
    Files.writeString(folder.resolve("a/b/file"), "x");
    Folders.removeTree(folder, mounts);
    assertThat(folder).doesNotExist();
  }

  @Test
  void a_folder_that_is_gone_is_removed_already() throws IOException {
    Folders.removeTree(folder.resolve("absent"), mounts);
    Folders.removeEmpty(folder.resolve("absent"));
    assertThat(Folders.names(folder.resolve("absent"))).isEmpty();
  }

  @Test
  void a_symbolic_link_is_removed_and_what_it_leads_to_stays() throws IOException {
    Path outside = Files.createDirectories(temporary.resolve("outside"));
    Path kept = Files.writeString(outside.resolve("kept"), "precious");
    Files.createSymbolicLink(folder.resolve("to-folder"), outside);
    Files.createSymbolicLink(folder.resolve("to-file"), kept);
    Files.createSymbolicLink(folder.resolve("dangling"), temporary.resolve("nowhere"));
    Folders.removeTree(folder, mounts);
    assertThat(folder).doesNotExist();
    assertThat(kept).hasContent("precious");
  }

  @Test
  void a_folder_that_is_itself_a_link_is_removed_as_a_link() throws IOException {
    Path kept = Files.writeString(folder.resolve("kept"), "precious");
    Path link = Files.createSymbolicLink(temporary.toRealPath().resolve("link"), folder);
    Folders.removeTree(link, mounts);
    assertThat(link).doesNotExist();
    assertThat(kept).hasContent("precious");
  }

  @Test
  void nothing_is_touched_while_something_is_mounted_below() throws IOException {
    Path first = Files.writeString(folder.resolve("a-first"), "x");
    Path mounted = Files.createDirectories(folder.resolve("deep/mounted"));
    mounts.tmpfs(mounted, OptionalLong.empty());
    assertThatThrownBy(() -> Folders.removeTree(folder, mounts))
        .isInstanceOf(IOException.class)
        .hasMessage(
            folder
                + " is not removed: ["
                + mounted
                + "] is mounted; unmount it and the rest follows");
    assertThat(first).exists();
  }

  @Test
  void a_folder_that_is_a_mount_is_not_emptied() throws IOException {
    Path data = Files.writeString(folder.resolve("data"), "precious");
    mounts.mount(folder);
    assertThatThrownBy(() -> Folders.removeTree(folder, mounts)).hasMessageContaining("is mounted");
    assertThat(data).hasContent("precious");
  }

  @Test
  void a_folder_that_must_be_empty_says_what_is_in_it() throws IOException {
    Files.writeString(folder.resolve("left"), "x");
    assertThatThrownBy(() -> Folders.removeEmpty(folder))
        .hasMessage(folder + " is not removed: it holds [left], which is not ours to delete");
    Folders.removeIfEmpty(folder);
    assertThat(folder).exists();
  }
}
