package dev.berth.storage.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.storage.linux.LoopFilesystem.Kind;
import dev.berth.storage.linux.ProjectQuotas.Enforcement;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Where there are no quotas, on any kernel. Where there are, see {@link XfsQuotasVM} and {@link
 * Ext4QuotasVM}.
 */
class LinuxProjectQuotasIT {
  private static final Linux LINUX = Linux.real();
  private static final ProjectId PROJECT = new ProjectId(7);

  @TempDir Path dir;

  @ParameterizedTest
  @EnumSource(Kind.class)
  void a_filesystem_that_was_not_mounted_for_it_has_none(Kind kind) {
    try (LoopFilesystem fs = LoopFilesystem.make(LINUX, kind, kind.smallest(), dir)) {
      assertThat(LINUX.quotas().enforcement(fs.path())).isEqualTo(Enforcement.NONE);
      assertThatThrownBy(() -> LINUX.quotas().usage(fs.path(), PROJECT))
          .hasMessageStartingWith("quotactl_fd Q_GETQUOTA " + fs.path() + " project 7: E");
      assertThatThrownBy(() -> LINUX.quotas().limit(fs.path(), PROJECT, QuotaLimits.NONE))
          .hasMessageStartingWith("quotactl_fd Q_SETQUOTA " + fs.path() + " project 7: E");
    }
  }

  @Test
  void a_filesystem_in_memory_has_none() {
    Path proc = Path.of("/proc");
    assertThat(LINUX.quotas().enforcement(proc)).isEqualTo(Enforcement.NONE);
    assertThatThrownBy(() -> LINUX.quotas().assign(proc, PROJECT))
        .hasMessageStartingWith("ioctl FS_IOC_FSGETXATTR /proc: E");
  }
}
