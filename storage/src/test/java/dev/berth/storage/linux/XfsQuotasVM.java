package dev.berth.storage.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.storage.Bytes;
import dev.berth.storage.linux.LoopFilesystem.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Project quotas of xfs: they hold for everybody. */
class XfsQuotasVM extends QuotasOnDisk {
  @Override
  Kind kind() {
    return Kind.XFS;
  }

  @Override
  List<String> mkfsOptions() {
    return List.of();
  }

  /** ENOSPC: to who is in a project, the project is the disk. */
  @Override
  String refusal() {
    return "No space left on device";
  }

  @Test
  void root_is_stopped_at_the_limit_too() {
    limit(new QuotaLimits(LIMIT, 0));
    assertThat(write("root", "file", 32).oneLine()).contains(refusal());
  }

  @Test
  void statfs_shows_the_limit_as_the_size() throws IOException {
    limit(new QuotaLimits(LIMIT, 50));
    Files.write(directory().resolve("file"), new byte[3 << 20]);
    settle();
    StatFs seen = LINUX.files().statfs(directory());
    assertThat(seen.size()).isEqualTo(LIMIT);
    assertThat(seen.available()).isBetween(Bytes.ofMiB(4), Bytes.ofMiB(5));
    assertThat(seen.files()).isEqualTo(50);
    assertThat(seen.filesFree()).isEqualTo(48);
  }

  @Test
  void a_reflink_counts_in_full() throws IOException {
    limit(new QuotaLimits(LIMIT, 0));
    Path file = Files.write(directory().resolve("file"), new byte[3 << 20]);
    settle();
    LINUX.files().reflink(file, directory().resolve("copy"));
    settle();
    assertThat(quotas().usage(directory(), project()).bytes())
        .isBetween(Bytes.ofMiB(6), Bytes.ofMiB(7));
    assertThatThrownBy(() -> LINUX.files().reflink(file, directory().resolve("one-too-many")))
        .hasMessageContaining("ENOSPC");
    assertThat(directory().resolve("one-too-many")).doesNotExist();
  }
}
