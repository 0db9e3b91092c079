package dev.berth.e2e.serve;

import dev.berth.csi.server.Endpoint;
import dev.berth.csi.server.SocketClient;
import dev.berth.e2e.harness.BerthProcess;
import dev.berth.pluginregistration.v1.InfoRequest;
import dev.berth.pluginregistration.v1.RegistrationGrpc;
import dev.berth.pluginregistration.v1.RegistrationStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A node: a kubelet's folder with {@code berth serve} over it, and the kubelet's voice. */
final class Node implements AutoCloseable {
  static final String DRIVER = "local.berth.dev";

  /** What a kubelet reports of itself. */
  static final String READY =
      """
      {"status": {"conditions": [
        {"type": "Ready", "status": "True", "reason": "KubeletReady", "message": "ready",
         "lastTransitionTime": "2026-01-01T00:00:00Z", "lastHeartbeatTime": "2026-01-01T00:00:00Z"}]}}
      """;

  /** One for all questions: making one takes longer than asking. */
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final String name;
  private final Path kubelet;
  private final int port;
  private final BerthProcess berth;

  private Node(String name, Path kubelet, int port, BerthProcess berth) {
    this.name = name;
    this.kubelet = kubelet;
    this.port = port;
    this.berth = berth;
  }

  /** Starts; returns when CSI is answered. */
  static Node start(String name, Path kubelet, Path kubeconfig) throws IOException {
    int port = freePort();
    BerthProcess berth =
        BerthProcess.serving(
            kubelet.resolve(name + ".log"),
            kubelet.resolve("plugins").resolve(DRIVER).resolve("csi.sock"),
            List.of(
                "serve",
                "--node-name=" + name,
                "--namespace=default",
                "--kubelet-dir=" + kubelet,
                "--pool=disk=" + kubelet.resolve("pool") + ",size=1Gi",
                "--init",
                "--kubeconfig=" + kubeconfig,
                "--http-endpoint=127.0.0.1:" + port));
    return new Node(name, kubelet, port, berth);
  }

  /** A manifest of the objects that the machine has in a cluster. */
  static String manifest(String name) {
    return """
    apiVersion: v1
    kind: Node
    metadata:
      name: %1$s
      labels: {kubernetes.io/hostname: %1$s, topology.local.berth.dev/node: %1$s}
    ---
    apiVersion: storage.k8s.io/v1
    kind: CSINode
    metadata: {name: %1$s}
    spec:
      drivers:
      - {name: local.berth.dev, nodeID: %1$s, topologyKeys: [topology.local.berth.dev/node]}
    ---
    """
        .formatted(name);
  }

  BerthProcess process() {
    return berth;
  }

  Path pool() {
    return kubelet.resolve("pool");
  }

  /** What the kubelet does when it sees the socket. */
  void register() {
    try (SocketClient client =
        new SocketClient(
            new Endpoint(kubelet.resolve("plugins_registry").resolve(DRIVER + "-reg.sock")))) {
      // The name may still lead to the socket of a process that was killed.
      var stub =
          RegistrationGrpc.newBlockingStub(client.channel())
              .withWaitForReady()
              .withDeadlineAfter(30, TimeUnit.SECONDS);
      if (!stub.getInfo(InfoRequest.getDefaultInstance()).getName().equals(DRIVER)) {
        throw new IllegalStateException("another driver is registered on " + name);
      }
      var _ =
          stub.notifyRegistrationStatus(
              RegistrationStatus.newBuilder().setPluginRegistered(true).build());
    }
  }

  /** The answer of a page: its code, a line feed, its text. */
  String page(String path) {
    try {
      HttpResponse<String> answer =
          HTTP.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
              HttpResponse.BodyHandlers.ofString());
      return answer.statusCode() + "\n" + answer.body();
    } catch (IOException e) {
      return "0\n" + e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    berth.close();
  }
}
