package dev.berth.provisioner.cluster.kubernetes;

import static org.awaitility.Awaitility.await;

import dev.berth.provisioner.cluster.ClusterException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A real kube-apiserver over a real etcd on free ports of the loopback, with nothing else of a
 * cluster: no controllers, no scheduler, no nodes. It can be stopped and started again, and keeps
 * its objects and its address.
 */
public final class ApiServer implements AutoCloseable {
  /** A user who may do everything. */
  public static final String ADMIN = "admin";

  /** A user without any permission. */
  public static final String NOBODY = "nobody";

  /** The account of {@code deploy/}, which may do nothing before that is applied. */
  public static final String BERTH = "berth";

  private static final String LOOPBACK = "127.0.0.1";

  private final Path bin;
  private final Path dir;
  private Program etcd;
  private final int etcdPort = freePort();
  private final int port = freePort();
  private final List<String> flags;
  private Optional<Program> server = Optional.empty();
  private Optional<Program> controllers = Optional.empty();

  private ApiServer(Path bin, Path dir, List<String> flags) {
    this.bin = bin;
    this.dir = dir;
    this.flags = List.copyOf(flags);
    this.etcd = Program.start(dir.resolve("etcd.log"), etcdCommand());
  }

  /**
   * Starts both programs and waits until the server is ready.
   *
   * @param flags flags of kube-apiserver beyond those that it needs
   */
  public static ApiServer start(Binaries binaries, String... flags) {
    try {
      Path dir = Files.createTempDirectory("berth-apiserver-");
      secrets(dir);
      ApiServer server = new ApiServer(binaries.folder(), dir, List.of(flags));
      server.start();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A kubeconfig for {@link #ADMIN} or {@link #NOBODY}. */
  public Path kubeconfig(String user) {
    return kubeconfig(user, port);
  }

  /** The same for a server that is reached through another port. */
  public Path kubeconfig(String user, int through) {
    Path file = dir.resolve(user + "-" + through + ".kubeconfig");
    writeKubeconfig(file, user, through);
    return file;
  }

  /** The port of the loopback that the server listens on. */
  public int port() {
    return port;
  }

  /** Starts the server again. */
  public void start() {
    server = Optional.of(Program.start(dir.resolve("apiserver.log"), serverCommand()));
    try (ApiConnection connection =
        ApiConnection.open(
            ApiSettings.of(Optional.of(kubeconfig(ADMIN)), "test", (_, _, _, _) -> {}))) {
      await()
          .atMost(Duration.ofMinutes(2))
          .pollInterval(Duration.ofMillis(100))
          .until(() -> isReady(connection));
    } catch (RuntimeException e) {
      throw new IllegalStateException(server.orElseThrow().lastWords(), e);
    }
  }

  private static boolean isReady(ApiConnection connection) {
    try {
      Call ready = new Call("get", "readyz", "GET", "readyz", "", Call.JSON);
      return new String(connection.send(ready), StandardCharsets.UTF_8).equals("ok");
    } catch (ClusterException _) {
      return false;
    }
  }

  /** Kills the server, as an outage does; etcd stays. */
  public void stop() {
    server.ifPresent(Program::close);
    server = Optional.empty();
  }

  /**
   * Starts kube-controller-manager beside the server, with these controllers only and without its
   * usual limit of 20 requests a second. It ends with the server.
   */
  public void startControllers(String names) {
    controllers =
        Optional.of(
            Program.start(
                dir.resolve("controllers.log"),
                List.of(
                    bin.resolve("kube-controller-manager").toString(),
                    "--kubeconfig=" + kubeconfig(ADMIN),
                    "--controllers=" + names,
                    "--leader-elect=false",
                    "--bind-address=" + LOOPBACK,
                    "--secure-port=0",
                    "--kube-api-qps=1000",
                    "--kube-api-burst=2000")));
  }

  /**
   * Keeps a copy of everything that is stored, as a backup of a stopped etcd does; the server is
   * away for a moment.
   */
  public void save(Path folder) {
    whileStopped(() -> copy(data(), folder));
  }

  /** Sets everything back to what was stored when that copy was made. */
  public void restore(Path folder) {
    whileStopped(
        () -> {
          remove(data());
          copy(folder, data());
        });
  }

  private Path data() {
    return dir.resolve("etcd");
  }

  private void whileStopped(Runnable work) {
    stop();
    etcd.close();
    work.run();
    etcd = Program.start(dir.resolve("etcd.log"), etcdCommand());
    start();
  }

  private static void copy(Path from, Path to) {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) { // a folder comes before what is in it
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void remove(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(ApiServer::delete);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends them before the server. */
  public void stopControllers() {
    controllers.ifPresent(Program::close);
    controllers = Optional.empty();
  }

  @Override
  public void close() {
    try (var _ = etcd) {
      stopControllers();
      stop();
    }
    remove(dir);
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> etcdCommand() {
    String client = "http://" + LOOPBACK + ":" + etcdPort;
    String peer = "http://" + LOOPBACK + ":" + freePort();
    return List.of(
        bin.resolve("etcd").toString(),
        "--data-dir=" + data(),
        "--listen-client-urls=" + client,
        "--advertise-client-urls=" + client,
        "--listen-peer-urls=" + peer,
        "--initial-advertise-peer-urls=" + peer,
        "--initial-cluster=default=" + peer,
        "--unsafe-no-fsync",
        "--log-level=error");
  }

  private List<String> serverCommand() {
    List<String> command = new ArrayList<>();
    command.addAll(
        List.of(
            bin.resolve("kube-apiserver").toString(),
            "--etcd-servers=http://" + LOOPBACK + ":" + etcdPort,
            "--bind-address=" + LOOPBACK,
            "--secure-port=" + port,
            "--tls-cert-file=" + dir.resolve("server.crt"),
            "--tls-private-key-file=" + dir.resolve("server.key"),
            "--service-account-issuer=https://" + LOOPBACK,
            "--service-account-key-file=" + dir.resolve("server.crt"),
            "--service-account-signing-key-file=" + dir.resolve("server.key"),
            "--service-cluster-ip-range=10.96.0.0/16",
            "--token-auth-file=" + dir.resolve("tokens.csv"),
            "--authorization-mode=RBAC",
            // Pods would wait for an account that a controller makes.
            "--disable-admission-plugins=ServiceAccount",
            "--endpoint-reconciler-type=none",
            "--shutdown-send-retry-after=false"));
    command.addAll(flags);
    return command;
  }

  private static void secrets(Path dir) throws IOException {
    run(
        dir,
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "30",
        "-subj",
        "/CN=apiserver",
        "-addext",
        "subjectAltName=IP:" + LOOPBACK,
        "-keyout",
        "server.key",
        "-out",
        "server.crt");
    Files.writeString(
        dir.resolve("tokens.csv"),
        ("%s-token,%s,1,\"system:masters\"%n%s-token,%s,2%n"
                + "%s-token,system:serviceaccount:berth-system:berth,3%n")
            .formatted(ADMIN, ADMIN, NOBODY, NOBODY, BERTH));
  }

  private void writeKubeconfig(Path file, String user, int through) {
    String text =
        """
        apiVersion: v1
        kind: Config
        current-context: test
        clusters:
        - name: test
          cluster: {server: "https://127.0.0.1:%d", certificate-authority: %s}
        contexts:
        - name: test
          context: {cluster: test, user: test}
        users:
        - name: test
          user: {token: %s-token}
        """
            .formatted(through, dir.resolve("server.crt"), user);
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void run(Path dir, String... command) {
    try {
      Path log = dir.resolve("commands.log");
      Process process =
          new ProcessBuilder(command)
              .directory(dir.toFile())
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .redirectErrorStream(true)
              .start();
      if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new IllegalStateException(command[0] + " failed: " + Files.readString(log));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
