package dev.berth.csi.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.berth.csi.server.call.Call;
import dev.berth.csi.v1.GetPluginInfoRequest;
import dev.berth.csi.v1.GetPluginInfoResponse;
import dev.berth.csi.v1.IdentityGrpc;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptServerIT {
  private static final Duration SOON = Duration.ofSeconds(10);

  @TempDir Path dir;
  private Path folder;
  private Path socket;
  private final FolderWatch watch = FolderWatch.start(Duration.ofMillis(100));

  @BeforeEach
  void name() {
    folder = dir.resolve("plugins/test.berth.dev");
    socket = folder.resolve("csi.sock");
  }

  @AfterEach
  void stop() {
    watch.close();
  }

  @Test
  void it_makes_its_folder_and_takes_only_its_socket_away() throws Exception {
    try (KeptServer _ = start("a")) {
      assertThat(answer()).isEqualTo("a");
      assertThat(Files.getPosixFilePermissions(socket))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void a_socket_that_is_deleted_comes_back() throws Exception {
    try (KeptServer _ = start("a")) {
      Files.delete(socket);
      await().atMost(SOON).until(() -> Files.exists(socket));
      assertThat(answer()).isEqualTo("a");
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void a_folder_that_is_removed_comes_back_as_often_as_it_is_removed() throws Exception {
    try (KeptServer _ = start("a")) {
      for (int i = 0; i < 3; i++) {
        FileTime before = Files.getLastModifiedTime(socket);
        removeFolder();
        await()
            .atMost(SOON)
            .until(
                () ->
                    Files.exists(socket)
                        && Files.getLastModifiedTime(socket).compareTo(before) > 0);
        assertThat(answer()).isEqualTo("a");
      }
    }
  }

  @Test
  void a_folder_that_is_renamed_is_made_again() throws Exception {
    try (KeptServer _ = start("a")) {
      Files.move(folder, dir.resolve("away"));
      await().atMost(SOON).until(() -> Files.exists(socket));
      assertThat(answer()).isEqualTo("a");
    }
  }

  @Test
  void the_socket_of_another_server_in_its_place_is_left_alone_until_that_one_has_gone()
      throws Exception {
    try (KeptServer _ = start("a")) {
      CsiServer other = swapIn("b");
      assertThat(answer()).isEqualTo("b");
      other.close();
      await().atMost(SOON).ignoreExceptions().until(() -> answer().equals("a"));
    }
  }

  @Test
  void closing_leaves_the_socket_of_another_server_in_its_place() throws Exception {
    KeptServer server = start("a");
    try (CsiServer _ = swapIn("b")) {
      server.close();
      assertThat(answer()).isEqualTo("b");
    }
  }

  @Test
  void nothing_comes_back_once_it_is_closed() throws Exception {
    KeptServer server = start("a");
    server.close();
    Files.delete(folder);
    try (KeptServer _ = KeptServer.ofCsi(endpoint("other"), List.of(new Name("c")), watch)) {
      Files.delete(folder.resolve("other.sock"));
      await().atMost(SOON).until(() -> Files.exists(folder.resolve("other.sock")));
    }
    assertThat(socket).doesNotExist();
  }

  @Test
  void renewing_gives_the_name_to_a_new_socket() throws Exception {
    try (KeptServer server = start("a")) {
      FileTime before = Files.getLastModifiedTime(socket);
      server.renew();
      // Not the inode: the filesystem may give the same one again.
      assertThat(Files.getLastModifiedTime(socket)).isGreaterThan(before);
      assertThat(answer()).isEqualTo("a");
    }
  }

  @Test
  void a_socket_that_somebody_answers_on_is_refused_at_the_start() throws Exception {
    try (KeptServer _ = start("a")) {
      assertThatThrownBy(() -> start("b"))
          .isInstanceOf(IOException.class)
          .hasMessage(
              "endpoint %s is in use: another process answers on it; stop that one first"
                  .formatted(socket));
    }
  }

  private KeptServer start(String name) throws IOException {
    return KeptServer.ofCsi(endpoint("csi"), List.of(new Name(name)), watch);
  }

  /** Puts another server where the name is, in one step, so that ours sees no gap to fill. */
  private CsiServer swapIn(String name) throws IOException {
    CsiServer other =
        CsiServer.start(new Endpoint(folder.resolve("swap.sock")), List.of(new Name(name)));
    Files.move(folder.resolve("swap.sock"), socket, StandardCopyOption.ATOMIC_MOVE);
    return other;
  }

  private Endpoint endpoint(String name) {
    return new Endpoint(folder.resolve(name + ".sock"));
  }

  private void removeFolder() throws IOException {
    Files.deleteIfExists(socket);
    try {
      Files.delete(folder);
    } catch (DirectoryNotEmptyException e) {
      // The server was quicker and has put its socket back; once more.
      removeFolder();
    }
  }

  private String answer() {
    try (SocketClient client = new SocketClient(new Endpoint(socket))) {
      return IdentityGrpc.newBlockingStub(client.channel())
          .withDeadlineAfter(10, TimeUnit.SECONDS)
          .getPluginInfo(GetPluginInfoRequest.getDefaultInstance())
          .getName();
    }
  }

  private static final class Name extends IdentityGrpc.IdentityImplBase {
    private final String name;

    Name(String name) {
      this.name = name;
    }

    @Override
    public void getPluginInfo(GetPluginInfoRequest q, StreamObserver<GetPluginInfoResponse> out) {
      Call.answer(out, () -> GetPluginInfoResponse.newBuilder().setName(name).build());
    }
  }
}
