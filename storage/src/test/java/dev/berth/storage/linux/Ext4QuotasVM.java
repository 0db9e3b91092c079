package dev.berth.storage.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.storage.linux.LoopFilesystem.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Project quotas of ext4: they hold for everybody but those with CAP_SYS_RESOURCE. */
class Ext4QuotasVM extends QuotasOnDisk {
  @Override
  Kind kind() {
    return Kind.EXT4;
  }

  @Override
  List<String> mkfsOptions() {
    return List.of("-O", "quota,project", "-E", "quotatype=prjquota");
  }

  @Override
  String refusal() {
    return "Disk quota exceeded";
  }

  @Test
  void root_with_CAP_SYS_RESOURCE_is_not_limited() {
    limit(new QuotaLimits(LIMIT, 0));
    assertThat(write("root", "file", 32).succeeded()).isTrue();
    settle();
    assertThat(quotas().usage(directory(), project()).bytes()).isGreaterThan(LIMIT.times(3));
  }
}
