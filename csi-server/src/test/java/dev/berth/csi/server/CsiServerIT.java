package dev.berth.csi.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.csi.server.call.Call;
import dev.berth.csi.v1.GetPluginInfoRequest;
import dev.berth.csi.v1.GetPluginInfoResponse;
import dev.berth.csi.v1.IdentityGrpc;
import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsiServerIT {
  @TempDir Path dir;
  private Path socket;
  private final MultiThreadIoEventLoopGroup io =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

  @BeforeEach
  void name() {
    socket = dir.resolve("csi.sock");
  }

  @AfterEach
  void stop() {
    io.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  @Test
  void it_answers_on_a_socket_of_mode_0600_and_leaves_nothing_beside_it() throws Exception {
    try (CsiServer server = start()) {
      assertThat(Files.getPosixFilePermissions(socket))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
      assertThat(askForName()).isEqualTo("test.berth.dev");
      assertThat(dir.toFile().list()).containsExactly("csi.sock");
      assertThat(server.endpoint()).hasToString("unix://" + socket);
    }
    assertThat(dir.toFile().list()).isEmpty();
  }

  @Test
  void a_socket_that_nobody_answers_on_is_replaced() throws Exception {
    try (var left = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      left.bind(UnixDomainSocketAddress.of(socket));
    }
    assertThat(socket).exists();
    try (CsiServer _ = start()) {
      assertThat(askForName()).isEqualTo("test.berth.dev");
    }
  }

  @Test
  void a_socket_that_somebody_answers_on_is_left_alone() throws Exception {
    try (CsiServer _ = start()) {
      assertThatThrownBy(this::start)
          .isInstanceOf(IOException.class)
          .hasMessage(
              "endpoint %s is in use: another process answers on it; stop that one first"
                  .formatted(socket));
      assertThat(askForName()).isEqualTo("test.berth.dev");
      assertThat(dir.toFile().list()).containsExactly("csi.sock");
    }
  }

  @Test
  void a_file_that_is_no_socket_is_left_alone() throws Exception {
    Files.writeString(socket, "precious");
    assertThatThrownBy(this::start)
        .isInstanceOf(IOException.class)
        .hasMessage(
            "endpoint %s exists and is not a socket; remove it or choose another path"
                .formatted(socket));
    assertThat(socket).hasContent("precious");
  }

  @Test
  void closing_leaves_a_socket_that_another_server_has_put_in_its_place() throws Exception {
    CsiServer first = start();
    Files.delete(socket);
    try (CsiServer _ = start()) {
      first.close();
      assertThat(askForName()).isEqualTo("test.berth.dev");
    }
    assertThat(socket).doesNotExist();
  }

  @Test
  void it_comes_back_at_once_after_being_closed() throws Exception {
    for (int i = 0; i < 3; i++) {
      try (CsiServer _ = start()) {
        assertThat(askForName()).isEqualTo("test.berth.dev");
      }
    }
  }

  private CsiServer start() throws IOException {
    return CsiServer.start(
        Endpoint.parse("unix://" + socket), List.<BindableService>of(new Name()));
  }

  private String askForName() throws InterruptedException {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(socket))
            .channelType(NioDomainSocketChannel.class)
            .eventLoopGroup(io)
            .withOption(ChannelOption.SO_KEEPALIVE, null)
            .usePlaintext()
            .build();
    try {
      return IdentityGrpc.newBlockingStub(channel)
          .withDeadlineAfter(10, TimeUnit.SECONDS)
          .getPluginInfo(GetPluginInfoRequest.getDefaultInstance())
          .getName();
    } finally {
      channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    }
  }

  private static final class Name extends IdentityGrpc.IdentityImplBase {
    @Override
    public void getPluginInfo(GetPluginInfoRequest q, StreamObserver<GetPluginInfoResponse> out) {
      Call.answer(out, () -> GetPluginInfoResponse.newBuilder().setName("test.berth.dev").build());
    }
  }
}
