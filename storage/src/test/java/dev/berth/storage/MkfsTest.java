package dev.berth.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.storage.Mkfs.Release;
import dev.berth.storage.VolumeException.OutOfSpace;
import dev.berth.storage.VolumeException.SystemCallFailed;
import dev.berth.storage.linux.Programs.Output;
import dev.berth.storage.linux.recorded.RecordingPrograms;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Which filesystem is asked for, by release of the program. */
class MkfsTest {
  private static final Path IMAGE = Path.of("/pool/drafts/x/a/image");

  @Test
  void an_xfs_has_what_kernel_5_10_knows_whatever_the_program_would_add() {
    String old = String.join(" ", Mkfs.command(FsType.XFS, new Release(5, 3), IMAGE));
    assertThat(old).doesNotContain("bigtime").doesNotContain("nrext64").endsWith(" -- " + IMAGE);
    String middle = String.join(" ", Mkfs.command(FsType.XFS, new Release(6, 1), IMAGE));
    assertThat(middle)
        .startsWith("mkfs.xfs -q -K -b size=4096 -s size=4096 -m crc=1,finobt=1,reflink=1")
        .contains("bigtime=0,inobtcount=0")
        .contains("nrext64=0")
        .doesNotContain("exchange");
    String fresh = String.join(" ", Mkfs.command(FsType.XFS, new Release(6, 13), IMAGE));
    assertThat(fresh).contains("exchange=0").contains("parent=0");
  }

  @Test
  void an_ext4_names_every_feature_and_reserves_nothing() {
    String old = String.join(" ", Mkfs.command(FsType.EXT4, new Release(1, 45), IMAGE));
    assertThat(old)
        .contains("-b 4096", "-m 0", "-O none,has_journal,")
        .doesNotContain("assume_storage_prezeroed");
    String fresh = String.join(" ", Mkfs.command(FsType.EXT4, new Release(1, 47), IMAGE));
    assertThat(fresh).contains("assume_storage_prezeroed=1").endsWith(" -- " + IMAGE);
  }

  @Test
  void the_release_is_read_from_what_the_programs_say() {
    assertThat(Release.in("mkfs.xfs version 6.1.0")).isEqualTo(new Release(6, 1));
    assertThat(Release.in("mke2fs 1.47.0 (5-Feb-2023)")).isEqualTo(new Release(1, 47));
    assertThat(Release.in("what?")).isEqualTo(new Release(0, 0));
  }

  @Test
  void a_full_pool_is_out_of_space_and_any_other_failure_says_what_the_program_said() {
    assertThatThrownBy(() -> failing("mkfs.xfs: pwrite failed: No space left on device\n"))
        .isInstanceOf(OutOfSpace.class)
        .hasMessageContaining("the pool's filesystem is full");
    assertThatThrownBy(() -> failing("bad superblock\nsorry\n"))
        .isInstanceOf(SystemCallFailed.class)
        .hasMessage("mkfs.xfs " + IMAGE + ": exit code 1 (bad superblock; sorry)");
  }

  @Test
  void what_the_kernel_told_the_program_is_told_by_its_name() {
    String readOnly = "mkfs.ext4: Read-only file system while writing out";
    assertThatThrownBy(() -> failing(readOnly))
        .hasMessage("mkfs.xfs " + IMAGE + ": EROFS (" + readOnly + ")");
    String broken = "mkfs.xfs: write failed: Input/output error";
    assertThatThrownBy(() -> failing(broken))
        .isInstanceOfSatisfying(
            SystemCallFailed.class, e -> assertThat(e.errno()).isEqualTo("EIO"));
  }

  private static void failing(String err) {
    RecordingPrograms programs =
        new RecordingPrograms(
            command -> command.contains("-V") ? new Output(0, "", "") : new Output(1, "", err));
    new Mkfs(programs, Duration.ofSeconds(1)).make(FsType.XFS, IMAGE);
  }
}
