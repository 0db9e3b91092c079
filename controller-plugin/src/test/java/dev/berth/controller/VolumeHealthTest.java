package dev.berth.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.berth.csi.v1.ControllerGetVolumeHealthRequest;
import dev.berth.csi.v1.ControllerListVolumeHealthRequest;
import dev.berth.csi.v1.VolumeHealth;
import dev.berth.csi.v1.VolumeHealthErrorType;
import dev.berth.storage.VolumeId;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VolumeHealthTest {
  @TempDir Path dir;
  private RunningController running;

  @BeforeEach
  void start() {
    running = new RunningController(dir);
  }

  @AfterEach
  void stop() {
    running.close();
  }

  @Test
  void a_volume_that_is_well_has_an_answer_without_statuses() {
    String id = create("pvc-1");
    assertThat(health(id)).isEqualTo(VolumeHealth.newBuilder().setVolumeId(id).build());
    assertThat(list(0, "").getEntriesList()).isEmpty();
  }

  @Test
  void volumes_that_ail_are_listed_in_pages_and_the_others_are_left_out() throws IOException {
    List<String> sick = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      String id = create("pvc-" + i);
      if (i % 2 == 0) {
        Files.delete(running.pools().get(VolumeId.parse(id).orElseThrow()).image());
        sick.add(id);
      }
    }
    List<String> told = new ArrayList<>();
    String token = "";
    do {
      var page = list(2, token);
      assertThat(page.getEntriesCount()).isBetween(1, 2);
      page.getEntriesList().forEach(entry -> told.add(entry.getVolumeId()));
      token = page.getNextToken();
    } while (!token.isEmpty());
    assertThat(told).isEqualTo(sick);
    var entry = health(sick.getFirst()).getHealthStatuses(0);
    assertThat(entry.getStatus()).isEqualTo(VolumeHealthErrorType.DATA_LOSS);
    assertThat(entry.getReason()).isEqualTo("ImageMissing");
    assertThat(list(0, "").getEntries(0)).isEqualTo(health(sick.getFirst()));
  }

  @Test
  void a_bad_request_has_its_code() {
    assertThat(code(() -> health(""))).isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(code(() -> health("fake-vol-id"))).isEqualTo(Code.NOT_FOUND);
    assertThat(code(() -> health("abcd1234.nothing"))).isEqualTo(Code.NOT_FOUND);
    assertThat(code(() -> list(0, "invalid-token"))).isEqualTo(Code.ABORTED);
    assertThat(code(() -> list(-1, ""))).isEqualTo(Code.INVALID_ARGUMENT);
  }

  private String create(String name) {
    return running
        .controller()
        .createVolume(Requests.create(name).build())
        .getVolume()
        .getVolumeId();
  }

  private VolumeHealth health(String id) {
    return running
        .controller()
        .controllerGetVolumeHealth(
            ControllerGetVolumeHealthRequest.newBuilder().setVolumeId(id).build())
        .getVolumeHealth();
  }

  private dev.berth.csi.v1.ControllerListVolumeHealthResponse list(int most, String token) {
    return running
        .controller()
        .controllerListVolumeHealth(
            ControllerListVolumeHealthRequest.newBuilder()
                .setMaxEntries(most)
                .setStartingToken(token)
                .build());
  }

  private static Code code(Runnable call) {
    return catchThrowableOfType(StatusRuntimeException.class, call::run).getStatus().getCode();
  }
}
