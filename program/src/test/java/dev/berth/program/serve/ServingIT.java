package dev.berth.program.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.berth.csi.server.Endpoint;
import dev.berth.csi.server.SocketClient;
import dev.berth.csi.v1.CapacityRange;
import dev.berth.csi.v1.ControllerGrpc;
import dev.berth.csi.v1.CreateVolumeRequest;
import dev.berth.csi.v1.VolumeCapability;
import dev.berth.node.ephemeral.EphemeralSettings;
import dev.berth.pluginregistration.v1.RegistrationGrpc;
import dev.berth.pluginregistration.v1.RegistrationStatus;
import dev.berth.program.Fault;
import dev.berth.program.control.ControlClient;
import dev.berth.program.control.Refusal;
import dev.berth.program.control.Request;
import dev.berth.program.serve.ServeSettings.AttachDetach;
import dev.berth.program.serve.ServeSettings.KubernetesSettings;
import dev.berth.provisioner.RoleSettings;
import dev.berth.storage.Bytes;
import dev.berth.storage.PoolName;
import dev.berth.storage.PoolSettings;
import dev.berth.storage.linux.Linux;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Without an API server: what the kubelet needs works all the same. */
class ServingIT {
  private static final String DRIVER = "local.berth.dev";

  @TempDir Path kubelet;

  @Test
  void csi_is_served_and_the_probes_say_what_is_not_there_yet() throws Exception {
    try (Serving serving = start("disk")) {
      assertThat(get(serving, "/healthz").body())
          .isEqualTo("[+]csi ok\n[+]registration ok\nhealthz passed\n");
      assertThat(volume()).startsWith("disk-volume");
      HttpResponse<String> ready = get(serving, "/readyz");
      assertThat(ready.statusCode()).isEqualTo(503);
      assertThat(ready.body())
          .contains(
              "[+]pool disk ok\n",
              "[-]kubelet registration of local.berth.dev: the kubelet has not asked yet\n",
              "[-]kubernetes: ");
      assertThat(get(serving, "/metrics").body())
          .contains(
              "berth_pool_ready{pool=\"disk\"} 1.0",
              "berth_driver_registered{driver_name=\"local.berth.dev\"} 0.0",
              "berth_kubernetes_connected 0.0",
              "leader_election_master_status{name=\"local-berth-dev\"} 0.0");
    }
    assertThat(kubelet.resolve("plugins/local.berth.dev/csi.sock")).doesNotExist();
    assertThat(kubelet.resolve("plugins_registry")).isEmptyDirectory();
  }

  @Test
  void without_an_api_server_nothing_is_judged_and_doctor_says_so() throws Exception {
    try (Serving _ = start("disk")) {
      ControlClient doctor = new ControlClient(kubelet.resolve("plugins/local.berth.dev"));
      assertThatThrownBy(() -> doctor.list(Request.of(Request.Verb.DOCTOR, "", "", "")))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining(
              "the cluster was not reached yet, and without it nothing is judged");
      assertThatThrownBy(() -> doctor.list(Request.of(Request.Verb.GET, "Pod", "", "")))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("this daemon keeps no objects");
    }
  }

  @Test
  void the_verdict_of_the_kubelet_is_in_probe_and_metric() throws Exception {
    try (Serving serving = start("disk")) {
      notify(false, "no such node");
      assertThat(get(serving, "/readyz").body())
          .contains("of local.berth.dev: the kubelet refused it: no such node\n");
      notify(true, "");
      assertThat(get(serving, "/readyz").body())
          .contains("[+]kubelet registration of local.berth.dev ok\n");
      assertThat(get(serving, "/metrics").body())
          .contains("berth_driver_registered{driver_name=\"local.berth.dev\"} 1.0");
    }
  }

  @Test
  void health_fails_while_the_sockets_name_is_gone_and_comes_back_with_it() throws Exception {
    try (Serving serving = start("disk")) {
      Path socket = kubelet.resolve("plugins/local.berth.dev/csi.sock");
      Files.delete(socket);
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> get(serving, "/healthz").statusCode() == 200);
      assertThat(socket).exists();
    }
  }

  @Test
  void the_next_start_has_the_same_pool_and_a_second_one_at_a_time_is_refused() throws Exception {
    String volume;
    try (Serving _ = start("disk")) {
      volume = volume();
    }
    try (Serving _ = start("disk")) {
      assertThat(volume()).isEqualTo(volume);
      assertThat(kubelet.resolve("plugins/local.berth.dev/pools/disk.json")).exists();
      assertThatThrownBy(() -> start("other"))
          .isInstanceOf(Fault.class)
          .hasMessageContaining("csi.sock is in use: another process answers on it");
      assertThat(volume()).as("the first goes on").isEqualTo(volume);
    }
  }

  @Test
  void a_pool_whose_disk_is_away_is_told_and_not_made_again() throws Exception {
    try (Serving _ = start("disk")) {
      assertThat(volume()).isNotEmpty();
    }
    Files.move(kubelet.resolve("disk"), kubelet.resolve("away"));
    try (Serving serving = start("disk")) {
      assertThat(get(serving, "/readyz").body())
          .containsPattern("\\[-]pool disk: pool disk at .* is missing: there is no pool.json");
      assertThat(get(serving, "/metrics").body()).contains("berth_pool_ready{pool=\"disk\"} 0.0");
    }
    assertThat(kubelet.resolve("disk")).isEmptyDirectory();
  }

  private Serving start(String pool) {
    PoolSettings settings =
        new PoolSettings(
            new PoolName(pool),
            kubelet.resolve(pool),
            true,
            Optional.of(Bytes.ofGiB(1)),
            1,
            Bytes.ZERO);
    return Serving.start(
        new ServeSettings(
            kubelet,
            kubelet.resolve("plugins").resolve(DRIVER),
            List.of(settings),
            EphemeralSettings.OFF,
            Optional.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
            new KubernetesSettings(
                Optional.of(nowhere()),
                500,
                1000,
                RoleSettings.of("node-1", DRIVER, "default"),
                AttachDetach.OFF)),
        Linux.real(),
        Clock.systemUTC());
  }

  /** A kubeconfig that leads to a port where nobody answers. */
  private Path nowhere() {
    try {
      return Files.writeString(
          kubelet.resolve("kubeconfig"),
          """
          apiVersion: v1
          kind: Config
          clusters: [{name: none, cluster: {server: "http://127.0.0.1:1"}}]
          users: [{name: nobody, user: {}}]
          contexts: [{name: none, context: {cluster: none, user: nobody}}]
          current-context: none
          """);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String volume() {
    try (SocketClient client =
        new SocketClient(
            new Endpoint(kubelet.resolve("plugins").resolve(DRIVER).resolve("csi.sock")))) {
      return ControllerGrpc.newBlockingStub(client.channel())
          .createVolume(
              CreateVolumeRequest.newBuilder()
                  .setName("disk-volume")
                  .setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(1 << 20))
                  .addVolumeCapabilities(
                      VolumeCapability.newBuilder()
                          .setBlock(VolumeCapability.BlockVolume.getDefaultInstance())
                          .setAccessMode(
                              VolumeCapability.AccessMode.newBuilder()
                                  .setMode(VolumeCapability.AccessMode.Mode.SINGLE_NODE_WRITER)))
                  .build())
          .getVolume()
          .getVolumeId()
          .replaceFirst("^[a-z0-9]{8}\\.", "");
    }
  }

  private void notify(boolean registered, String error) {
    try (SocketClient client =
        new SocketClient(
            new Endpoint(kubelet.resolve("plugins_registry").resolve(DRIVER + "-reg.sock")))) {
      var _ =
          RegistrationGrpc.newBlockingStub(client.channel())
              .notifyRegistrationStatus(
                  RegistrationStatus.newBuilder()
                      .setPluginRegistered(registered)
                      .setError(error)
                      .build());
    }
  }

  private static HttpResponse<String> get(Serving serving, String path)
      throws IOException, InterruptedException {
    InetSocketAddress address = serving.httpAddress().orElseThrow();
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + address.getPort() + path))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }
}
