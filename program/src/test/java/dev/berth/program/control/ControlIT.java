package dev.berth.program.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.berth.program.Fault;
import dev.berth.program.control.Request.Verb;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlIT {
  private static final Request PODS = Request.of(Verb.GET, "Pod", "default", "");

  @TempDir Path root;

  private ControlServer serving(Handler handler) {
    return ControlServer.start(root.resolve(ControlClient.SOCKET), handler);
  }

  @Test
  void items_come_in_their_order_and_the_request_as_it_was_sent() {
    try (ControlServer _ =
        serving(
            (request, answer) -> {
              answer.item("first", JsonNodeFactory.instance.textNode(request.kind()));
              answer.item("second", JsonNodeFactory.instance.textNode("naïve\nlines"));
            })) {
      assertThat(new ControlClient(root).list(PODS).stream().map(n -> n.asText()))
          .containsExactly("Pod", "naïve\nlines");
    }
  }

  @Test
  void a_refusal_arrives_with_its_reason() {
    try (ControlServer _ =
        serving(
            (_, _) -> {
              throw new Refusal(Refusal.NOT_FOUND, "pods \"web\" not found");
            })) {
      assertThatThrownBy(() -> new ControlClient(root).list(PODS))
          .isInstanceOf(Refusal.class)
          .hasMessage("pods \"web\" not found")
          .extracting(e -> ((Refusal) e).reason())
          .isEqualTo("NotFound");
    }
  }

  @Test
  void a_mistake_in_the_daemon_is_said_to_be_one() {
    try (ControlServer _ =
        serving(
            (_, _) -> {
              throw new IllegalStateException("oops");
            })) {
      assertThatThrownBy(() -> new ControlClient(root).list(PODS))
          .isInstanceOf(Refusal.class)
          .hasMessage("java.lang.IllegalStateException: oops");
    }
  }

  @Test
  void only_the_owner_may_connect() throws IOException {
    try (ControlServer _ = serving((_, _) -> {})) {
      assertThat(
              PosixFilePermissions.toString(
                  Files.getPosixFilePermissions(root.resolve(ControlClient.SOCKET))))
          .isEqualTo("rw-------");
    }
    assertThat(root.resolve(ControlClient.SOCKET)).doesNotExist();
  }

  @Test
  void where_no_daemon_answers_the_message_says_how_to_start_one() {
    assertThatThrownBy(() -> new ControlClient(root).list(PODS))
        .isInstanceOf(Fault.class)
        .hasMessage(
            "no daemon answers at %s/berth.sock; start one with: berth up --root %s"
                .formatted(root, root));
  }

  @Test
  void what_is_no_request_does_not_stop_the_server() throws IOException {
    try (ControlServer _ = serving((_, _) -> {})) {
      try (SocketChannel stranger = SocketChannel.open(StandardProtocolFamily.UNIX)) {
        stranger.connect(UnixDomainSocketAddress.of(root.resolve(ControlClient.SOCKET)));
        stranger.write(ByteBuffer.wrap("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.UTF_8)));
        assertThat(stranger.read(ByteBuffer.allocate(10))).isEqualTo(-1);
      }
      assertThat(new ControlClient(root).list(PODS)).isEqualTo(List.of());
    }
  }

  @Test
  void a_watch_ends_when_its_caller_hangs_up() throws Exception {
    CompletableFuture<Boolean> ended = new CompletableFuture<>();
    try (ControlServer _ =
        serving(
            (_, answer) -> {
              answer.awaitHangUp();
              ended.complete(true);
            })) {
      try (SocketChannel watcher = SocketChannel.open(StandardProtocolFamily.UNIX)) {
        watcher.connect(UnixDomainSocketAddress.of(root.resolve(ControlClient.SOCKET)));
        watcher.write(ByteBuffer.wrap("{\"verb\":\"WATCH\"}\n".getBytes(StandardCharsets.UTF_8)));
      }
      assertThat(ended.get(10, TimeUnit.SECONDS)).isTrue();
    }
  }
}
