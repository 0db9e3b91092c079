package dev.berth.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.storage.VolumeException.Invalid;
import dev.berth.storage.linux.ProjectId;
import dev.berth.storage.linux.QuotaLimits;
import java.io.IOException;
import java.nio.file.Path;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What holds where a directory volume is limited as a project; needs a kernel that can. */
abstract class LimitedProjects extends LimitedDirectories {
  @Override
  String mountOptions() {
    return "prjquota";
  }

  @Test
  void files_are_limited_as_well_and_each_volume_has_a_project_of_its_own() throws IOException {
    Volume one = make("one");
    Volume other = make("other");
    ProjectId project = LINUX.quotas().projectOf(one.image());
    assertThat(project).isNotEqualTo(LINUX.quotas().projectOf(other.image()));
    assertThat(LINUX.quotas().usage(one.image(), project).limits())
        .isEqualTo(new QuotaLimits(SIZE, 1024));
    DirectoryUsage usage = pools.usage(one).orElseThrow();
    assertThat(usage.inodes()).contains(1L);
    assertThat(usage.mostInodes()).contains(1024L);
  }

  @Test
  void who_takes_the_folder_out_of_its_project_finds_it_there_again_after_a_restart()
      throws IOException {
    Volume volume = make("one");
    ProjectId project = LINUX.quotas().projectOf(volume.image());
    LINUX.quotas().assign(volume.image(), ProjectId.NONE);
    assertThat(pools.findings(volume)).hasSize(1);
    pools.close();
    pools = open();
    assertThat(LINUX.quotas().projectOf(volume.image())).isEqualTo(project);
    assertThat(pools.findings(volume)).isEmpty();
  }

  @Test
  void the_limit_goes_when_the_trash_is_emptied() throws IOException {
    Volume volume = make("one");
    ProjectId project = LINUX.quotas().projectOf(volume.image());
    pools.delete(volume.id());
    Path root = filesystem.path();
    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(LINUX.quotas().usage(root, project).limits())
                    .isEqualTo(QuotaLimits.NONE));
  }

  @Test
  void it_is_neither_cut_nor_copied() throws IOException {
    Volume volume = make("one");
    assertThatThrownBy(() -> pools.snapshots().cut("snap", volume.id()))
        .isInstanceOf(Invalid.class)
        .hasMessage(
            "source_volume_id %s is a directory volume, and pool main cannot cut one: its filesystem cannot copy a directory as it is at one instant; use btrfs",
            volume.id());
  }
}
