package dev.berth.provisioner.csi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.csi.v1.CreateVolumeRequest;
import dev.berth.csi.v1.NodeStageVolumeRequest;
import dev.berth.provisioner.FakeCsi;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

final class CsiDriverTest {
  private static final CreateVolumeRequest REQUEST =
      CreateVolumeRequest.newBuilder().setName("pvc-1").build();

  private final FakeCsi csi = new FakeCsi();

  @AfterEach
  void stop() {
    csi.close();
  }

  @Test
  void it_learns_the_name_and_the_capabilities() {
    assertThat(csi.driver().name()).isEqualTo(FakeCsi.NAME);
    assertThat(csi.driver().capabilities().topology()).isTrue();
    assertThat(csi.driver().capabilities().createDelete()).isTrue();
    assertThat(csi.driver().capabilities().controllerExpand()).isTrue();
    assertThat(csi.driver().capabilities().singleNodeMultiWriter()).isTrue();
    assertThat(csi.driver().capabilities().nodeExpand()).isTrue();
    assertThat(csi.driver().capabilities().stageUnstage()).isFalse();
    assertThat(csi.driver().capabilities().stats()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(names = {"CANCELLED", "DEADLINE_EXCEEDED", "UNAVAILABLE", "ABORTED"})
  void these_promise_nothing(Status.Code code) {
    csi.fail("CreateVolume", code.toStatus().withDescription("busy"));
    assertThat(csi.driver().create(REQUEST))
        .isEqualTo(
            new Answer.StillRunning<>("rpc error: code = " + CodeName.of(code) + " desc = busy"));
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {
        "OK",
        "CANCELLED",
        "DEADLINE_EXCEEDED",
        "UNAVAILABLE",
        "ABORTED",
        "RESOURCE_EXHAUSTED"
      })
  void all_others_are_final(Status.Code code) {
    csi.fail("CreateVolume", code.toStatus().withDescription("no"));
    assertThat(csi.driver().create(REQUEST))
        .isEqualTo(
            new Answer.Refused<>(code, "rpc error: code = " + CodeName.of(code) + " desc = no"));
  }

  @Test
  void no_room_here_may_be_room_elsewhere() {
    csi.fail("CreateVolume", Status.RESOURCE_EXHAUSTED.withDescription("full"));
    assertThat(csi.driver().create(REQUEST))
        .isEqualTo(new Answer.TryAnotherNode<>("rpc error: code = ResourceExhausted desc = full"));
  }

  @Test
  void a_call_that_does_not_answer_in_time_may_still_be_running() {
    CountDownLatch latch = new CountDownLatch(1);
    csi.holdCreate(latch);
    CsiDriver impatient =
        CsiDriver.connect(
            csi.channel(),
            new Deadlines(Duration.ofSeconds(10), Duration.ofMillis(50), Duration.ofSeconds(10)));
    assertThat(impatient.create(REQUEST)).isInstanceOf(Answer.StillRunning.class);
    latch.countDown();
  }

  @Test
  void a_call_that_the_driver_does_not_have_is_refused() {
    assertThat(csi.driver().stage(NodeStageVolumeRequest.getDefaultInstance()))
        .isInstanceOfSatisfying(
            Answer.Refused.class,
            refused -> assertThat(refused.code()).isEqualTo(Status.Code.UNIMPLEMENTED));
  }

  @Test
  void a_driver_that_is_not_there_is_named_by_the_call_that_failed() {
    var nobody = InProcessChannelBuilder.forName("nobody").build();
    assertThatThrownBy(() -> CsiDriver.connect(nobody, Deadlines.DEFAULT))
        .isInstanceOf(DriverUnavailableException.class)
        .hasMessageStartingWith("GetPluginInfo: UNAVAILABLE");
    nobody.shutdownNow();
  }
}
