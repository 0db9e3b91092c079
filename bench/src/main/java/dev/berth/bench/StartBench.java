package dev.berth.bench;

import dev.berth.csi.server.Endpoint;
import dev.berth.csi.server.SocketClient;
import dev.berth.csi.v1.IdentityGrpc;
import dev.berth.csi.v1.ProbeRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Exec of the launcher to the first CSI answer, and resident memory two seconds later. */
final class StartBench {
  private static final int RUNS = 5;
  private static final long SETTLE_NANOS = 2_000_000_000L;
  private static final long STEP_NANOS = 20_000_000L;
  private static final long PATIENCE_NANOS = 60_000_000_000L;

  private final Workbench bench;
  private final PrintStream out;

  StartBench(Workbench bench, PrintStream out) {
    this.bench = bench;
    this.out = out;
  }

  void run() throws IOException {
    Path socket = bench.path("start.sock");
    Path root = bench.folder("up");
    out.printf(
        "%n%-11s %24s %22s   %s%n",
        "start", "exec to first answer", "resident (anonymous)", "AOT cache");
    measure(
        "berth csi",
        socket,
        List.of(
            "csi",
            "--driver=local",
            "--endpoint=unix://" + socket,
            "--root=" + bench.folder("start-root"),
            "--pool=start=" + bench.folder("start-pool") + ",size=1Gi",
            "--init",
            "--node-id=bench"));
    measure(
        "berth up", root.resolve("csi.sock"), List.of("up", "--root=" + root, "--node-id=bench"));
    serve();
    out.println("budget: 0.50 s, 130 MB with everything on");
  }

  /**
   * With an API server when a kubeconfig says which one may be used: the caches are full and the
   * roles run before the memory is read. Without one, the process waits for it.
   */
  private void serve() throws IOException {
    Path kubelet = bench.folder("k");
    String given = System.getenv("BERTH_BENCH_KUBECONFIG");
    int port = freePort();
    List<String> command =
        List.of(
            "serve",
            "--node-name=bench",
            "--namespace=default",
            "--kubelet-dir=" + kubelet,
            "--pool=serve=" + bench.folder("serve-pool") + ",size=1Gi",
            "--init",
            "--http-endpoint=127.0.0.1:" + port,
            "--kubeconfig=" + (given == null ? nowhere() : given));
    measure(
        given == null ? "berth serve, no API server" : "berth serve",
        kubelet.resolve("plugins/local.berth.dev/csi.sock"),
        command,
        given == null ? () -> {} : () -> awaitRoles(port));
  }

  private static void awaitRoles(int port) throws IOException {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (!page(port).contains("[+]kubernetes ok")) {
      if (System.nanoTime() > end) {
        throw new IOException("berth serve does not follow the API server: " + page(port));
      }
      LockSupport.parkNanos(STEP_NANOS);
    }
  }

  private static String page(int port) throws IOException {
    HttpURLConnection http =
        (HttpURLConnection)
            URI.create("http://127.0.0.1:" + port + "/readyz").toURL().openConnection();
    boolean good = http.getResponseCode() < HttpURLConnection.HTTP_BAD_REQUEST;
    try (InputStream body = good ? http.getInputStream() : http.getErrorStream()) {
      return new String(body.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private Path nowhere() throws IOException {
    return Files.writeString(
        bench.path("kubeconfig"),
        """
        apiVersion: v1
        kind: Config
        clusters: [{name: none, cluster: {server: "http://127.0.0.1:1"}}]
        users: [{name: nobody, user: {}}]
        contexts: [{name: none, context: {cluster: none, user: nobody}}]
        current-context: none
        """);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Waits until a process does all that it shall do when its memory is read. */
  @FunctionalInterface
  private interface Settling {
    void await() throws IOException;
  }

  private void measure(String name, Path socket, List<String> command) throws IOException {
    measure(name, socket, command, () -> {});
  }

  private void measure(String name, Path socket, List<String> command, Settling settling)
      throws IOException {
    List<Double> seconds = new ArrayList<>();
    List<Long> resident = new ArrayList<>();
    List<Long> anonymous = new ArrayList<>();
    boolean cached = true;
    for (int i = 0; i < RUNS; i++) {
      long began = System.nanoTime();
      Process process = bench.berth(command);
      try {
        bench.awaitFile(socket, process);
        try (SocketClient client = new SocketClient(new Endpoint(socket))) {
          var _ =
              IdentityGrpc.newBlockingStub(client.channel())
                  .withWaitForReady()
                  .probe(ProbeRequest.getDefaultInstance());
          seconds.add((System.nanoTime() - began) / 1e9);
          settling.await();
          LockSupport.parkNanos(SETTLE_NANOS);
          resident.add(status(process.pid(), "VmRSS"));
          anonymous.add(status(process.pid(), "RssAnon"));
          cached &= hasAotCache(process.pid());
        }
      } finally {
        Workbench.stop(process);
      }
    }
    out.printf(
        "%-26s %7.2f s %12d MB (%d MB)   %s   median of %d%n",
        name,
        median(seconds),
        median(resident) >> 10,
        median(anonymous) >> 10,
        cached ? "used" : "NOT USED",
        RUNS);
  }

  /** The JVM maps the cache only when it fits this very JVM, its flags and its class path. */
  private static boolean hasAotCache(long pid) throws IOException {
    try (Stream<String> maps = Files.lines(Path.of("/proc", Long.toString(pid), "maps"))) {
      return maps.anyMatch(line -> line.endsWith(".aot"));
    }
  }

  /** One figure of {@code /proc/<pid>/status} in KiB (proc_pid_status(5)). */
  private static long status(long pid, String field) throws IOException {
    return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
        .filter(line -> line.startsWith(field + ":"))
        .map(line -> line.replaceAll("[^0-9]", ""))
        .mapToLong(Long::parseLong)
        .findFirst()
        .orElseThrow(() -> new IOException("no " + field + " of process " + pid));
  }

  private static <T extends Comparable<T>> T median(List<T> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }
}
