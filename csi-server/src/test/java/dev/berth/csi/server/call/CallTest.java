package dev.berth.csi.server.call;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.berth.csi.server.InProcessServer;
import dev.berth.csi.v1.ControllerGrpc;
import dev.berth.csi.v1.CreateVolumeRequest;
import dev.berth.csi.v1.DeleteVolumeRequest;
import dev.berth.csi.v1.DeleteVolumeResponse;
import dev.berth.csi.v1.ListSnapshotsRequest;
import dev.berth.storage.VolumeException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class CallTest {
  private final Logger logger = (Logger) LoggerFactory.getLogger("dev.berth.csi.calls");
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private Supplier<Optional<CallContext>> work = CallContext::current;
  private Optional<CallContext> seen = Optional.empty();
  private final InProcessServer server = InProcessServer.start(List.of(new Service()));
  private final ControllerGrpc.ControllerBlockingStub stub =
      ControllerGrpc.newBlockingStub(server.channel());

  @BeforeEach
  void listen() {
    log.start();
    logger.setLevel(Level.DEBUG);
    logger.addAppender(log);
  }

  @AfterEach
  void stop() {
    logger.detachAppender(log);
    logger.setLevel(null);
    server.close();
  }

  @Test
  void a_call_knows_its_id_its_rpc_and_its_volume_and_every_line_carries_the_id() {
    stub.deleteVolume(DeleteVolumeRequest.newBuilder().setVolumeId("vol-1").build());
    CallContext context = seen.orElseThrow();
    assertThat(context.rpc()).isEqualTo("DeleteVolume");
    assertThat(context.volume()).contains("vol-1");
    assertThat(context.id()).matches("[0-9a-f]{8}");
    assertThat(log.list)
        .hasSize(2)
        .allSatisfy(
            line -> {
              assertThat(line.getLevel()).isEqualTo(Level.DEBUG);
              assertThat(line.getMDCPropertyMap()).containsEntry("call", context.id());
            });
  }

  @Test
  void secrets_of_a_request_do_not_reach_the_log() {
    stub.deleteVolume(
        DeleteVolumeRequest.newBuilder().setVolumeId("vol-1").putSecrets("k", "hunter2").build());
    assertThat(log.list).noneMatch(line -> line.getFormattedMessage().contains("hunter2"));
  }

  @Test
  void a_refusal_is_one_line_at_info_without_a_stack() {
    work =
        () -> {
          throw new VolumeException.NotNow("volume vol-1 is attached; unpublish it first");
        };
    assertThat(failure(() -> stub.deleteVolume(DeleteVolumeRequest.getDefaultInstance())))
        .returns(Status.Code.FAILED_PRECONDITION, s -> s.getCode())
        .returns("volume vol-1 is attached; unpublish it first", s -> s.getDescription());
    assertThat(log.list.getLast().getLevel()).isEqualTo(Level.INFO);
    assertThat(log.list.getLast().getThrowableProxy()).isNull();
    assertThat(log.list.getLast().getFormattedMessage())
        .startsWith(
            "DeleteVolume: FAILED_PRECONDITION: volume vol-1 is attached; unpublish it first (");
  }

  @Test
  void a_bug_answers_internal_and_is_logged_once_with_its_stack() {
    work =
        () -> {
          throw new IllegalStateException("details for the log");
        };
    Status status = failure(() -> stub.deleteVolume(DeleteVolumeRequest.getDefaultInstance()));
    assertThat(status.getCode()).isEqualTo(Status.Code.INTERNAL);
    assertThat(status.getDescription()).doesNotContain("details for the log");
    assertThat(log.list.getLast().getLevel()).isEqualTo(Level.ERROR);
    assertThat(log.list.getLast().getThrowableProxy().getMessage())
        .isEqualTo("details for the log");
  }

  @Test
  void a_call_that_is_not_offered_says_where_to_look() {
    assertThat(failure(() -> stub.listSnapshots(ListSnapshotsRequest.getDefaultInstance())))
        .returns(Status.Code.UNIMPLEMENTED, s -> s.getCode())
        .returns(
            "ListSnapshots is not offered by this driver; GetPluginCapabilities and the"
                + " GetCapabilities call of its service list what is",
            s -> s.getDescription());
  }

  @Test
  void a_field_beyond_its_limit_never_reaches_the_service() {
    Status status =
        failure(
            () ->
                stub.deleteVolume(
                    DeleteVolumeRequest.newBuilder().setVolumeId("v".repeat(129)).build()));
    assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(status.getDescription())
        .isEqualTo("volume_id has 129 bytes (UTF-8); the limit of CSI is 128");
    assertThat(seen).isEmpty();
  }

  private static Status failure(Runnable call) {
    return Assertions.catchThrowableOfType(StatusRuntimeException.class, call::run).getStatus();
  }

  private final class Service extends ControllerGrpc.ControllerImplBase {
    @Override
    public void deleteVolume(DeleteVolumeRequest q, StreamObserver<DeleteVolumeResponse> out) {
      Call.answer(
          out,
          () -> {
            seen = work.get();
            return DeleteVolumeResponse.getDefaultInstance();
          });
    }
  }

  @Test
  void a_name_of_128_bytes_is_fine_in_any_alphabet() {
    Status status =
        failure(
            () ->
                stub.createVolume(
                    CreateVolumeRequest.newBuilder().setName("é".repeat(64)).build()));
    assertThat(status.getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
  }
}
