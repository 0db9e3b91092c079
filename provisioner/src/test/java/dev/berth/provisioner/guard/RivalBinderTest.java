package dev.berth.provisioner.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.provisioner.Objects;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class RivalBinderTest {
  private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");

  private static PersistentVolume written(String manager, String subresource, String at) {
    return Objects.volume("pv")
        .editMetadata()
        .addNewManagedField()
        .withManager(manager)
        .withSubresource(subresource)
        .withTime(at)
        .endManagedField()
        .endMetadata()
        .build();
  }

  @Test
  void only_a_phase_that_kube_controller_manager_has_written_since_the_start_is_a_rival() {
    assertThat(isRival(written(RivalBinder.MANAGER, "status", "2026-01-02T03:04:05Z"))).isTrue();
    assertThat(isRival(written(RivalBinder.MANAGER, "status", "2026-01-02T03:04:04Z"))).isFalse();
    assertThat(isRival(written("berth", "status", "2026-01-02T03:04:06Z"))).isFalse();
    assertThat(isRival(Objects.volume("pv").build())).isFalse();
  }

  @Test
  void its_other_controllers_write_no_phases() {
    PersistentVolume protectedOne =
        Objects.volume("pv")
            .editMetadata()
            .addNewManagedField()
            .withManager(RivalBinder.MANAGER)
            .withTime("2026-01-02T03:05:00Z")
            .endManagedField()
            .endMetadata()
            .build();
    assertThat(isRival(protectedOne)).isFalse();
  }

  private static boolean isRival(PersistentVolume volume) {
    return RivalBinder.isWrittenByRival(volume, START);
  }
}
