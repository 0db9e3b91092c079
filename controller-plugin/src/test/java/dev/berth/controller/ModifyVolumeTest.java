package dev.berth.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.berth.csi.v1.ControllerModifyVolumeRequest;
import dev.berth.csi.v1.ValidateVolumeCapabilitiesRequest;
import dev.berth.csi.v1.VolumeCapability.AccessMode.Mode;
import dev.berth.storage.Bytes;
import dev.berth.storage.Volume;
import dev.berth.storage.VolumeId;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ModifyVolumeTest {
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
  void only_what_is_named_changes_and_asking_again_changes_nothing() {
    VolumeId id = create("pvc-1", Map.of("undelete", "24h", "readAhead", "4Mi"));
    for (int i = 0; i < 2; i++) {
      modify(id, Map.of("undelete", "1h", "scheduler", "bfq", "discard", "off"));
    }
    Volume volume = running.pools().get(id);
    assertThat(volume.tuning().undelete()).contains(Duration.ofHours(1));
    assertThat(volume.tuning().queue().readAhead()).contains(Bytes.ofMiB(4));
    assertThat(volume.tuning().queue().scheduler()).contains("bfq");
    assertThat(volume.tuning().queue().discard()).contains(false);
  }

  @Test
  void a_volume_in_use_is_changed_at_once() {
    VolumeId id = create("pvc-1", Map.of());
    var _ = running.images().attach(running.pools().get(id));
    modify(id, Map.of("readAhead", "128Ki"));
    assertThat(running.loopChanges().getLast())
        .startsWith("tune /dev/loop0")
        .contains("readAhead=Optional[128Ki]");
    running.images().detach(running.pools().get(id));
    var _ = running.images().attach(running.pools().get(id));
    assertThat(running.loopChanges().getLast()).startsWith("tune /dev/loop0");
  }

  @Test
  void what_a_volume_has_now_is_confirmed_and_nothing_else() {
    VolumeId id = create("pvc-1", Map.of("discard", "off"));
    var request =
        ValidateVolumeCapabilitiesRequest.newBuilder()
            .setVolumeId(id.toString())
            .addVolumeCapabilities(Requests.mount("", Mode.SINGLE_NODE_WRITER))
            .putMutableParams("discard", "off");
    var reply = running.controller().validateVolumeCapabilities(request.build());
    assertThat(reply.getConfirmed().getMutableParamsMap()).containsEntry("discard", "off");
    modify(id, Map.of("discard", "on"));
    reply = running.controller().validateVolumeCapabilities(request.build());
    assertThat(reply.hasConfirmed()).isFalse();
    assertThat(reply.getMessage())
        .isEqualTo("mutable_parameters are not those that the volume has now");
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        Arguments.of(
            "iops",
            "9",
            "mutable_parameters.iops (\"9\") is not a mutable parameter of this driver; known are undelete, discard, readAhead, scheduler"),
        Arguments.of(
            "readahead",
            "9",
            "mutable_parameters.readahead (\"9\") is not a mutable parameter of this driver; did you mean readAhead? known are undelete, discard, readAhead, scheduler"),
        Arguments.of(
            "readAhead",
            "9",
            "mutable_parameters.readAhead \"9\" is not valid; it takes 0, or a number with Ki or Mi, up to 256Mi"),
        Arguments.of(
            "readAhead",
            "257Mi",
            "mutable_parameters.readAhead \"257Mi\" is not valid; it takes 0, or a number with Ki or Mi, up to 256Mi"),
        Arguments.of(
            "discard",
            "yes",
            "mutable_parameters.discard \"yes\" is not valid; it takes on or off"),
        Arguments.of(
            "scheduler",
            "cfq",
            "mutable_parameters.scheduler \"cfq\" is not valid; it takes none, mq-deadline, kyber or bfq, where the kernel has it"),
        Arguments.of(
            "undelete",
            "soon",
            "mutable_parameters.undelete \"soon\" is not valid; it takes a duration such as 24h, 90m, 1h30m or 7d"));
  }

  @ParameterizedTest(name = "{0}={1}")
  @MethodSource("refusals")
  void what_is_not_listed_is_refused_and_nothing_is_applied(
      String key, String value, String message) {
    VolumeId id = create("pvc-1", Map.of());
    Volume before = running.pools().get(id);
    var refusal = refused(id.toString(), Map.of(key, value, "undelete " + "x", "1h"));
    assertThat(refusal.getCode()).isEqualTo(Code.INVALID_ARGUMENT);
    refusal = refused(id.toString(), Map.of(key, value));
    assertThat(refusal.getCode()).isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(refusal.getDescription()).isEqualTo(message);
    assertThat(running.pools().get(id)).isEqualTo(before);
  }

  @Test
  void fields_come_before_the_volume_and_the_volume_before_values() {
    assertThat(refused("", Map.of("discard", "on")).getCode()).isEqualTo(Code.INVALID_ARGUMENT);
    VolumeId id = create("pvc-1", Map.of());
    assertThat(refused(id.toString(), Map.of()).getDescription())
        .isEqualTo("mutable_parameters is required, and this request leaves it empty");
    for (String unknown : List.of("non-existing-volume-id", id + "x")) {
      assertThat(refused(unknown, Map.of("iops", "9")).getCode()).isEqualTo(Code.NOT_FOUND);
    }
  }

  @Test
  void a_thick_volume_keeps_its_blocks() {
    var thick =
        running
            .controller()
            .createVolume(Requests.create("thick").putParameters("allocation", "thick").build());
    String id = thick.getVolume().getVolumeId();
    modify(VolumeId.parse(id).orElseThrow(), Map.of("discard", "off"));
    assertThat(refused(id, Map.of("discard", "on")).getDescription())
        .startsWith("discard \"on\" does not fit a thick volume");
  }

  private VolumeId create(String name, Map<String, String> mutable) {
    var made =
        running
            .controller()
            .createVolume(Requests.create(name).putAllMutableParams(mutable).build());
    return VolumeId.parse(made.getVolume().getVolumeId()).orElseThrow();
  }

  private void modify(VolumeId id, Map<String, String> mutable) {
    var _ = running.controller().controllerModifyVolume(request(id.toString(), mutable));
  }

  private io.grpc.Status refused(String id, Map<String, String> mutable) {
    return catchThrowableOfType(
            StatusRuntimeException.class,
            () -> running.controller().controllerModifyVolume(request(id, mutable)))
        .getStatus();
  }

  private static ControllerModifyVolumeRequest request(String id, Map<String, String> mutable) {
    return ControllerModifyVolumeRequest.newBuilder()
        .setVolumeId(id)
        .putAllMutableParameters(mutable)
        .build();
  }
}
