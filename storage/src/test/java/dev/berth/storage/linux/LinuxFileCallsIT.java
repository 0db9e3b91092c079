package dev.berth.storage.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.storage.Bytes;
import dev.berth.storage.VolumeException.SystemCallFailed;
import dev.berth.storage.linux.LoopFilesystem.Kind;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class LinuxFileCallsIT {
  private static final Linux LINUX = Linux.real();
  private static final FileCalls FILES = LINUX.files();

  @TempDir Path dir;

  private Path file(String name, int bytes) throws IOException {
    return Files.write(dir.resolve(name), new byte[bytes]);
  }

  @Test
  void allocated_blocks_are_the_file_s_own_though_nothing_was_written() throws IOException {
    Path file = file("thick", 0);
    FILES.allocate(file, Bytes.ZERO, Bytes.ofMiB(4));
    assertThat(FILES.stat(file).size()).isEqualTo(Bytes.ofMiB(4));
    assertThat(FILES.stat(file).allocated()).isGreaterThanOrEqualTo(Bytes.ofMiB(4));
  }

  @Test
  void allocating_more_than_there_is_says_ENOSPC() throws IOException {
    try (LoopFilesystem fs = LoopFilesystem.make(LINUX, Kind.EXT4, Kind.EXT4.smallest(), dir)) {
      Path file = Files.createFile(fs.path().resolve("thick"));
      assertThatThrownBy(() -> FILES.allocate(file, Bytes.ZERO, Bytes.ofGiB(1)))
          .hasMessage(
              "fallocate " + file + " from 0 bytes length 1Gi: ENOSPC (No space left on device)");
    }
  }

  @ParameterizedTest
  @CsvSource({"EXT4,false,0xEF53", "XFS,true,0x58465342", "BTRFS,true,0x9123683E"})
  void each_filesystem_says_what_it_is_and_whether_it_shares_blocks(
      Kind kind, boolean shares, String magic) throws IOException {
    try (LoopFilesystem fs = LoopFilesystem.make(LINUX, kind, kind.smallest(), dir)) {
      assertThat(FILES.statfs(fs.path()).type()).isEqualTo(Long.decode(magic));
      assertThat(FILES.supportsReflink(fs.path())).isEqualTo(shares);
      assertThat(fs.path()).isDirectoryNotContaining("glob:**/.reflink*");
      Path source = Files.writeString(fs.path().resolve("source"), "data");
      Path target = fs.path().resolve("target");
      if (shares) {
        FILES.reflink(source, target);
        assertThat(target).hasContent("data");
        assertThat(FILES.stat(target).permissions()).isEqualTo(0600);
      } else {
        assertThatThrownBy(() -> FILES.reflink(source, target))
            .hasMessage(
                "ioctl FICLONE "
                    + source
                    + " to "
                    + target
                    + ": EOPNOTSUPP (Operation not supported)");
        assertThat(target).doesNotExist();
      }
    }
  }

  @Test
  void a_reflink_never_overwrites_and_never_crosses_filesystems() throws IOException {
    try (LoopFilesystem fs = LoopFilesystem.make(LINUX, Kind.XFS, Kind.XFS.smallest(), dir)) {
      Path source = Files.writeString(fs.path().resolve("source"), "data");
      Path there = Files.writeString(fs.path().resolve("there"), "old");
      assertThatThrownBy(() -> FILES.reflink(source, there))
          .hasMessage("open " + there + ": EEXIST (File exists)");
      assertThat(there).hasContent("old");
      Path outside = dir.resolve("outside");
      assertThatThrownBy(() -> FILES.reflink(source, outside))
          .isInstanceOfSatisfying(SystemCallFailed.class, e -> assertThat(e.is("EXDEV")).isTrue());
      assertThat(outside).doesNotExist();
    }
  }

  @Test
  void on_btrfs_a_file_without_copy_on_write_is_reflinked_too() throws IOException {
    try (LoopFilesystem fs = LoopFilesystem.make(LINUX, Kind.BTRFS, Kind.BTRFS.smallest(), dir)) {
      Path source = Files.createFile(fs.path().resolve("source"));
      FILES.noCopyOnWrite(source);
      Files.writeString(source, "data");
      FILES.reflink(source, fs.path().resolve("target"));
      assertThat(fs.path().resolve("target")).hasContent("data");
    }
  }

  @Test
  void elsewhere_there_is_no_such_flag() throws IOException {
    Path file = file("file", 0);
    assertThatThrownBy(() -> FILES.noCopyOnWrite(file))
        .isInstanceOfSatisfying(
            SystemCallFailed.class,
            e -> assertThat(e.errno()).isIn("EOPNOTSUPP", "ENOTTY", "EINVAL"));
  }

  @Test
  void syncing_answers_for_files_directories_and_filesystems() throws IOException {
    Path file = file("file", 10);
    FILES.syncFile(file);
    FILES.syncDirectory(dir);
    FILES.syncFilesystem(dir);
    FILES.syncFilesystem(file);
    assertThatThrownBy(() -> FILES.syncDirectory(file))
        .hasMessage("open " + file + ": ENOTDIR (Not a directory)");
  }

  @Test
  void a_file_is_what_java_says_it_is() throws IOException {
    Path file = file("file", 5000);
    FileStat stat = FILES.stat(file);
    assertThat(stat.kind()).isEqualTo(FileKind.REGULAR);
    assertThat(stat.size()).isEqualTo(Bytes.of(5000));
    assertThat(stat.identity().inode()).isEqualTo(Files.getAttribute(file, "unix:ino"));
    assertThat(stat.identity().device().encode()).isEqualTo(Files.getAttribute(file, "unix:dev"));
    assertThat(FILES.stat(dir).kind()).isEqualTo(FileKind.DIRECTORY);
    Path link = Files.createSymbolicLink(dir.resolve("link"), file);
    assertThat(FILES.stat(link).kind()).isEqualTo(FileKind.SYMBOLIC_LINK);
  }

  @Test
  void a_device_node_says_which_device_it_is() {
    FileStat stat = FILES.stat(Path.of("/dev/null"));
    assertThat(stat.kind()).isEqualTo(FileKind.CHARACTER_DEVICE);
    assertThat(stat.node()).contains(new DeviceNumber(1, 3));
  }

  @Test
  void a_file_is_locked_once_until_it_is_let_go() throws IOException {
    Path file = file("lock", 0);
    FileLock first = FILES.tryLock(file).orElseThrow();
    assertThat(FILES.tryLock(file)).isEmpty();
    first.close();
    first.close();
    try (FileLock again = FILES.tryLock(file).orElseThrow()) {
      assertThat(again.file()).isEqualTo(file);
    }
  }

  @Test
  void what_lies_beneath_is_found_and_nothing_else_is() throws IOException {
    Path root = Files.createDirectory(dir.resolve("root"));
    Files.createDirectories(root.resolve("a/b"));
    Path outside = Files.createDirectory(dir.resolve("outside"));
    Files.createSymbolicLink(root.resolve("escape"), outside);
    Files.createSymbolicLink(root.resolve("inside"), Path.of("a"));
    assertThat(FILES.resolveBeneath(root, Path.of("a/b"))).isEqualTo(root.resolve("a/b"));
    assertThat(FILES.resolveBeneath(root, Path.of("a/../a"))).isEqualTo(root.resolve("a"));
    refuses(root, "escape", "ELOOP (Too many levels of symbolic links)");
    refuses(root, "inside/b", "ELOOP (Too many levels of symbolic links)");
    refuses(root, "../outside", "EXDEV (Invalid cross-device link)");
    refuses(root, outside.toString(), "EXDEV (Invalid cross-device link)");
    refuses(root, "missing", "ENOENT (No such file or directory)");
  }

  private static void refuses(Path root, String relative, String errno) {
    assertThatThrownBy(() -> FILES.resolveBeneath(root, Path.of(relative)))
        .hasMessage("openat2 " + relative + " beneath " + root + ": " + errno);
  }

  @Test
  void a_rename_replaces_nothing() throws IOException {
    Path from = Files.writeString(dir.resolve("from"), "new");
    Path to = Files.writeString(dir.resolve("to"), "old");
    assertThatThrownBy(() -> FILES.renameNoReplace(from, to))
        .hasMessage("renameat2 " + from + " to " + to + ": EEXIST (File exists)");
    Files.delete(to);
    FILES.renameNoReplace(from, to);
    assertThat(to).hasContent("new");
    assertThat(from).doesNotExist();
  }

  @Test
  void two_files_change_places() throws IOException {
    Path one = Files.writeString(dir.resolve("one"), "1");
    Path two = Files.writeString(dir.resolve("two"), "2", StandardOpenOption.CREATE_NEW);
    FILES.exchange(one, two);
    assertThat(one).hasContent("2");
    assertThat(two).hasContent("1");
  }

  /** Data at the front, in the middle and not at the end of a megabyte. */
  private Path holey(Path folder) throws IOException {
    Path file = folder.resolve("holey");
    try (RandomAccessFile made = new RandomAccessFile(file.toFile(), "rw")) {
      made.setLength(1 << 20);
      made.write(new byte[] {1, 2, 3});
      made.seek(512 << 10);
      made.write(new byte[70_000]);
      made.write(new byte[] {4, 5, 6});
    }
    FILES.syncFile(file);
    return file;
  }

  @ParameterizedTest
  @EnumSource
  void a_sparse_copy_has_the_data_and_the_holes(Kind kind) throws IOException {
    try (LoopFilesystem fs = LoopFilesystem.make(LINUX, kind, kind.smallest(), dir)) {
      Path here = holey(fs.path());
      for (Path target : List.of(fs.path().resolve("copy"), dir.resolve("copy"))) {
        FILES.copySparse(here, target);
        FILES.syncFile(target);
        assertThat(target).hasSameBinaryContentAs(here);
        assertThat(FILES.stat(target).permissions()).isEqualTo(0600);
        assertThat(FILES.stat(target).allocated()).isLessThan(Bytes.ofKiB(256));
        assertThatThrownBy(() -> FILES.copySparse(here, target)).hasMessageContaining("EEXIST");
        Path back = target.resolveSibling("back");
        FILES.copySparse(target, back);
        assertThat(back).hasSameBinaryContentAs(here);
      }
    }
  }

  @Test
  void a_sparse_copy_that_fails_leaves_nothing() throws IOException {
    Kind small = Kind.EXT4;
    try (LoopFilesystem fs = LoopFilesystem.make(LINUX, small, small.smallest(), dir)) {
      Path big = file("big", 80 << 20);
      Path target = fs.path().resolve("copy");
      assertThatThrownBy(() -> FILES.copySparse(big, target)).hasMessageContaining("ENOSPC");
      assertThat(target).doesNotExist();
    }
  }

  @ParameterizedTest
  @EnumSource
  void blocks_that_are_shared_are_told_from_one_s_own(Kind kind) throws IOException {
    try (LoopFilesystem fs = LoopFilesystem.make(LINUX, kind, kind.smallest(), dir)) {
      Path file = Files.write(fs.path().resolve("file"), new byte[4 << 20]);
      FILES.syncFile(file);
      assertThat(FILES.unshared(file)).isEqualTo(Bytes.ofMiB(4));
      if (FILES.supportsReflink(fs.path())) {
        Path clone = fs.path().resolve("clone");
        FILES.reflink(file, clone);
        FILES.syncFilesystem(fs.path());
        assertThat(FILES.unshared(file)).isEqualTo(Bytes.ZERO);
        assertThat(FILES.unshared(clone)).isEqualTo(Bytes.ZERO);
        try (RandomAccessFile written = new RandomAccessFile(file.toFile(), "rw")) {
          written.write(new byte[1 << 20]);
        }
        FILES.syncFilesystem(fs.path());
        assertThat(FILES.unshared(file)).isEqualTo(Bytes.ofMiB(1));
      }
    }
  }
}
