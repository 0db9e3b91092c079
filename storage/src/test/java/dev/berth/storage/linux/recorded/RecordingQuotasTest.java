package dev.berth.storage.linux.recorded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.storage.linux.ProjectId;
import dev.berth.storage.linux.ProjectQuotas;
import dev.berth.storage.linux.ProjectQuotas.Enforcement;
import dev.berth.storage.linux.ProjectQuotasContract;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordingQuotasTest extends ProjectQuotasContract {
  @TempDir private Path dir;
  private final RecordingQuotas quotas = new RecordingQuotas();

  @Override
  protected ProjectQuotas quotas() {
    return quotas;
  }

  @Override
  protected Path makeDirectory() {
    return dir;
  }

  @Override
  protected void settle() {}

  @Test
  void a_filesystem_without_quotas_says_so() {
    quotas.enforcement(Enforcement.NONE);
    assertThat(quotas.enforcement(dir)).isEqualTo(Enforcement.NONE);
    assertThatThrownBy(() -> quotas.usage(dir, new ProjectId(7)))
        .hasMessage(
            "quotactl_fd Q_GETQUOTA " + dir + " project 7: ENOSYS (Function not implemented)");
  }
}
