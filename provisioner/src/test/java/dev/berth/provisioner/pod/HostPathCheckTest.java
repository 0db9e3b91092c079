package dev.berth.provisioner.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostPathCheckTest {
  @TempDir Path dir;

  @BeforeEach
  void one_of_each() throws IOException {
    Files.createDirectory(dir.resolve("directory"));
    Files.writeString(dir.resolve("file"), "");
    Files.createSymbolicLink(dir.resolve("link-to-directory"), dir.resolve("directory"));
    Files.createSymbolicLink(dir.resolve("link-to-file"), dir.resolve("file"));
    try (var socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.bind(UnixDomainSocketAddress.of(dir.resolve("socket")));
    }
  }

  private Path path(String name) {
    return name.equals("char") ? Path.of("/dev/null") : dir.resolve(name);
  }

  @ParameterizedTest
  @CsvSource({
    "directory, Directory",
    "directory, DirectoryOrCreate",
    "link-to-directory, Directory",
    "file, File",
    "file, FileOrCreate",
    "link-to-file, File",
    "socket, Socket",
    "char, CharDevice",
    "absent, ''",
    "file, ''",
  })
  void what_is_of_the_type_is_right(String name, String type) throws IOException {
    assertThat(HostPathCheck.check(path(name), type)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "file, Directory, directory",
    "absent, Directory, directory",
    "file, DirectoryOrCreate, directory",
    "directory, File, file",
    "absent, File, file",
    "directory, FileOrCreate, file",
    "file, Socket, socket file",
    "absent, Socket, socket file",
    "file, CharDevice, character device",
    "char, BlockDevice, block device",
    "directory, BlockDevice, block device",
  })
  void what_is_not_of_the_type_is_refused_in_a_kubelets_words(
      String name, String type, String words) throws IOException {
    Path path = path(name);
    assertThat(HostPathCheck.check(path, type))
        .contains("hostPath type check failed: " + path + " is not a " + words);
  }

  @Test
  void what_is_absent_is_made_with_the_modes_of_the_api() throws IOException {
    Path folder = dir.resolve("new/folder");
    assertThat(HostPathCheck.check(folder, "DirectoryOrCreate")).isEmpty();
    assertThat(mode(folder)).isEqualTo("rwxr-xr-x");
    Path file = dir.resolve("new/file");
    assertThat(HostPathCheck.check(file, "FileOrCreate")).isEmpty();
    assertThat(mode(file)).isEqualTo("rw-r--r--");
  }

  @Test
  void a_file_without_its_folder_is_not_made() {
    Path file = dir.resolve("absent/file");
    assertThat(catchThrowable(() -> HostPathCheck.check(file, "FileOrCreate")))
        .isInstanceOf(NoSuchFileException.class);
    assertThat(file.getParent()).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({
    "var/x, '', 'hostPath.path \"var/x\": must be an absolute path'",
    "/a/../b, '', 'hostPath.path \"/a/../b\": must not contain ''..'''",
    "/a, Folder, 'hostPath.type \"Folder\": must be empty or one of Directory, DirectoryOrCreate, File, FileOrCreate, Socket, CharDevice, BlockDevice'",
  })
  void what_could_never_be_right_is_said_before_looking(String path, String type, String why) {
    assertThat(HostPathCheck.invalid(path, type)).contains(why);
  }

  @Test
  void dots_in_a_name_are_fine() {
    assertThat(HostPathCheck.invalid("/a/..b/c..", "Directory")).isEmpty();
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
