package dev.berth.storage.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.storage.Bytes;
import dev.berth.storage.linux.LoopFilesystem.Kind;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinuxFilesystemGrowthIT {
  private static final Linux LINUX = Linux.real();

  /** CAP_SYS_RESOURCE of include/uapi/linux/capability.h. */
  private static final int SYS_RESOURCE = 24;

  @TempDir Path dir;

  private static Bytes grow(LoopFilesystem fs, Bytes to) throws IOException {
    try (RandomAccessFile image = new RandomAccessFile(fs.image().toFile(), "rw")) {
      image.setLength(to.value());
    }
    return LINUX.loops().setCapacity(fs.device()).size();
  }

  private static Bytes size(LoopFilesystem fs) {
    return LINUX.files().statfs(fs.path()).size();
  }

  @Test
  void a_mounted_xfs_grows_and_keeps_its_data() throws IOException {
    Bytes before = Kind.XFS.smallest();
    try (LoopFilesystem fs = LoopFilesystem.make(LINUX, Kind.XFS, before, dir)) {
      Files.writeString(fs.path().resolve("file"), "data");
      Bytes small = size(fs);
      Bytes to = grow(fs, before.times(2));
      LINUX.growth().growXfs(fs.path(), to);
      assertThat(size(fs).minus(small)).isGreaterThan(before.minus(Bytes.ofMiB(10)));
      assertThat(fs.path().resolve("file")).hasContent("data");
      Bytes grown = size(fs);
      LINUX.growth().growXfs(fs.path(), to);
      LINUX.growth().growXfs(fs.path(), before);
      assertThat(size(fs)).isEqualTo(grown);
    }
  }

  @Test
  void a_mounted_ext4_grows_with_CAP_SYS_RESOURCE_and_is_EPERM_without() throws IOException {
    Bytes before = Kind.EXT4.smallest();
    try (LoopFilesystem fs = LoopFilesystem.make(LINUX, Kind.EXT4, before, dir)) {
      Bytes small = size(fs);
      Bytes to = grow(fs, before.times(2));
      if (mayUseMoreResources()) {
        LINUX.growth().growExt4(fs.path(), to);
        assertThat(size(fs).minus(small)).isGreaterThan(before.minus(Bytes.ofMiB(8)));
      } else {
        assertThatThrownBy(() -> LINUX.growth().growExt4(fs.path(), to))
            .hasMessage(
                "ioctl EXT4_IOC_RESIZE_FS " + fs.path() + ": EPERM (Operation not permitted)");
        assertThat(size(fs)).isEqualTo(small);
      }
    }
  }

  @Test
  void an_ext4_that_is_large_enough_needs_no_capability() {
    Bytes size = Kind.EXT4.smallest();
    try (LoopFilesystem fs = LoopFilesystem.make(LINUX, Kind.EXT4, size, dir)) {
      Bytes before = size(fs);
      LINUX.growth().growExt4(fs.path(), size);
      assertThat(size(fs)).isEqualTo(before);
    }
  }

  @Test
  void an_ext4_is_not_grown_as_xfs() {
    try (LoopFilesystem fs = LoopFilesystem.make(LINUX, Kind.EXT4, Kind.EXT4.smallest(), dir)) {
      assertThatThrownBy(() -> LINUX.growth().growXfs(fs.path(), Bytes.ofGiB(1)))
          .hasMessage(
              "ioctl XFS_IOC_FSGEOMETRY "
                  + fs.path()
                  + ": ENOTTY (Inappropriate ioctl for device)");
    }
  }

  private static boolean mayUseMoreResources() throws IOException {
    String effective =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith("CapEff:"))
            .findFirst()
            .orElseThrow();
    long set = Long.parseUnsignedLong(effective.substring("CapEff:".length()).strip(), 16);
    return (set >> SYS_RESOURCE & 1) == 1;
  }
}
