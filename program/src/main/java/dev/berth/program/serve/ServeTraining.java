package dev.berth.program.serve;

import dev.berth.node.ephemeral.EphemeralSettings;
import dev.berth.program.csi.CsiCommand;
import dev.berth.program.serve.ServeSettings.AttachDetach;
import dev.berth.program.serve.ServeSettings.KubernetesSettings;
import dev.berth.provisioner.RoleSettings;
import dev.berth.storage.PoolSettings;
import dev.berth.storage.linux.Linux;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The part of {@code berth train} that goes through a start of {@code berth serve}, for the JVM to
 * record. It mounts nothing.
 */
public final class ServeTraining {
  private static final int REQUESTS = 1000;
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration STEP = Duration.ofMillis(50);

  private ServeTraining() {}

  /** Starts below a folder of its own, waits until the roles run, asks all pages, and ends. */
  public static void run(Path root, PoolSettings pool) throws IOException, InterruptedException {
    try (TrainingApiServer server = TrainingApiServer.start()) {
      ServeSettings settings =
          new ServeSettings(
              root.resolve("k"),
              root.resolve("s"),
              List.of(pool),
              EphemeralSettings.OFF,
              Optional.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
              new KubernetesSettings(
                  Optional.of(server.kubeconfig(root.resolve("kubeconfig"))),
                  REQUESTS,
                  REQUESTS,
                  RoleSettings.of("train", CsiCommand.LOCAL, "default"),
                  AttachDetach.OFF));
      try (Serving serving = Serving.start(settings, Linux.real(), Clock.systemUTC())) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!read(serving, "/readyz").contains("[+]kubernetes") && System.nanoTime() < end) {
          Thread.sleep(STEP);
        }
        var _ = read(serving, "/healthz");
        var _ = read(serving, "/metrics");
      }
    }
  }

  private static String read(Serving serving, String page) throws IOException {
    int port = serving.httpAddress().orElseThrow().getPort();
    URLConnection connection =
        URI.create("http://127.0.0.1:" + port + page).toURL().openConnection();
    HttpURLConnection http = (HttpURLConnection) connection;
    boolean good = http.getResponseCode() < HttpURLConnection.HTTP_BAD_REQUEST;
    try (InputStream body = good ? http.getInputStream() : http.getErrorStream()) {
      return new String(body.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
