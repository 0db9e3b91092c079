package dev.berth.csi.server.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.csi.server.InProcessServer;
import dev.berth.csi.v1.GetMetadataAllocatedRequest;
import dev.berth.csi.v1.GetMetadataAllocatedResponse;
import dev.berth.csi.v1.SnapshotMetadataGrpc;
import dev.berth.storage.VolumeException;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StreamedAnswerTest {
  private static final long MANY = 1000;
  private final AtomicLong made = new AtomicLong();

  /** Answers with what {@code source} has. */
  private static final class Service extends SnapshotMetadataGrpc.SnapshotMetadataImplBase {
    private final Supplier<Optional<GetMetadataAllocatedResponse>> source;

    Service(Supplier<Optional<GetMetadataAllocatedResponse>> source) {
      this.source = source;
    }

    @Override
    public void getMetadataAllocated(
        GetMetadataAllocatedRequest q, StreamObserver<GetMetadataAllocatedResponse> out) {
      Call.stream(out, source);
    }
  }

  /** A caller who asks for each message. */
  private static final class Caller
      implements ClientResponseObserver<GetMetadataAllocatedRequest, GetMetadataAllocatedResponse> {
    private final BlockingQueue<GetMetadataAllocatedResponse> got = new LinkedBlockingQueue<>();
    private final CompletableFuture<Status> end = new CompletableFuture<>();
    private final CompletableFuture<ClientCallStreamObserver<GetMetadataAllocatedRequest>> call =
        new CompletableFuture<>();

    @Override
    public void beforeStart(ClientCallStreamObserver<GetMetadataAllocatedRequest> stream) {
      stream.disableAutoRequestWithInitial(1);
      call.complete(stream);
    }

    @Override
    public void onNext(GetMetadataAllocatedResponse message) {
      got.add(message);
    }

    @Override
    public void onError(Throwable thrown) {
      end.complete(Status.fromThrowable(thrown));
    }

    @Override
    public void onCompleted() {
      end.complete(Status.OK);
    }

    void more(int count) {
      call.join().request(count);
    }

    Status end() throws InterruptedException, ExecutionException {
      return end.get();
    }
  }

  private Optional<GetMetadataAllocatedResponse> upTo(long count) {
    long number = made.incrementAndGet();
    return number > count
        ? Optional.empty()
        : Optional.of(
            GetMetadataAllocatedResponse.newBuilder().setVolumeCapacityBytes(number).build());
  }

  private static Caller call(InProcessServer server) {
    Caller caller = new Caller();
    SnapshotMetadataGrpc.newStub(server.channel())
        .getMetadataAllocated(GetMetadataAllocatedRequest.getDefaultInstance(), caller);
    return caller;
  }

  @Test
  void a_message_is_made_when_the_caller_has_room_for_it_and_all_come_in_order() throws Exception {
    try (InProcessServer server = InProcessServer.start(List.of(new Service(() -> upTo(MANY))))) {
      Caller caller = call(server);
      assertThat(caller.got.take().getVolumeCapacityBytes()).isEqualTo(1);
      assertThat(caller.got.poll(200, TimeUnit.MILLISECONDS)).isNull();
      assertThat(made.get()).isLessThanOrEqualTo(2);
      caller.more((int) MANY);
      assertThat(caller.end().getCode()).isEqualTo(Code.OK);
      assertThat(caller.got).hasSize((int) MANY - 1);
    }
  }

  @Test
  void nothing_is_made_for_a_caller_who_has_gone() throws Exception {
    try (InProcessServer server =
        InProcessServer.start(List.of(new Service(() -> upTo(Long.MAX_VALUE))))) {
      Caller caller = call(server);
      var _ = caller.got.take();
      caller.call.join().cancel("enough", null);
      assertThat(caller.end().getCode()).isEqualTo(Code.CANCELLED);
    }
    // Closing has waited for the call to end; with an endless source it would not have.
    assertThat(made.get()).isLessThan(10);
  }

  @Test
  void a_failure_in_the_middle_ends_the_stream_with_its_status() throws Exception {
    Supplier<Optional<GetMetadataAllocatedResponse>> failing =
        () -> {
          if (made.get() == 3) {
            throw new VolumeException.NotFound("gone meanwhile");
          }
          return upTo(MANY);
        };
    try (InProcessServer server = InProcessServer.start(List.of(new Service(failing)))) {
      Caller caller = call(server);
      caller.more(100);
      assertThat(caller.end().getCode()).isEqualTo(Code.NOT_FOUND);
      assertThat(caller.end().getDescription()).isEqualTo("gone meanwhile");
      assertThat(caller.got).hasSize(3);
    }
  }

  @Test
  void a_bug_is_internal_and_never_a_clean_end() throws Exception {
    try (InProcessServer server =
        InProcessServer.start(
            List.of(
                new Service(
                    () -> {
                      throw new IllegalStateException("a bug");
                    })))) {
      assertThat(call(server).end().getCode()).isEqualTo(Code.INTERNAL);
    }
  }
}
