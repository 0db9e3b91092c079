package dev.berth.program.serve;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * As much of an API server as {@code berth train} needs to take the paths of a start: every list
 * has one object or none, watches stay open, and what is written comes back with a new version.
 */
final class TrainingApiServer implements AutoCloseable {
  private static final int OK = 200;
  private static final int CREATED = 201;
  private static final int NOT_FOUND = 404;
  private static final Pattern PATH =
      Pattern.compile("/(?:api|apis)/(v1|[^/]+/[^/]+)(?:/namespaces/[^/]+)?/([a-z]+)(/.*)?");

  private final HttpServer server;
  private final ExecutorService threads;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final AtomicLong version = new AtomicLong(1);

  private TrainingApiServer(HttpServer server, ExecutorService threads) {
    this.server = server;
    this.threads = threads;
  }

  static TrainingApiServer start() throws IOException {
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    TrainingApiServer training = new TrainingApiServer(server, threads);
    server.setExecutor(threads);
    server.createContext("/", training::answer);
    server.start();
    return training;
  }

  /** Writes a kubeconfig that leads here. */
  Path kubeconfig(Path file) throws IOException {
    return Files.writeString(
        file,
        """
        apiVersion: v1
        kind: Config
        clusters: [{name: training, cluster: {server: "http://127.0.0.1:%d"}}]
        users: [{name: training, user: {token: none}}]
        contexts: [{name: training, context: {cluster: training, user: training}}]
        current-context: training
        """
            .formatted(server.getAddress().getPort()));
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      Matcher path = PATH.matcher(exchange.getRequestURI().getPath());
      String query = String.valueOf(exchange.getRequestURI().getQuery());
      if (!path.matches()) {
        send(exchange, NOT_FOUND, status());
      } else if (query.contains("watch=true") || query.contains("watch=1")) {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(OK, 0);
        exchange.getResponseBody().flush();
        closed.await();
      } else if (exchange.getRequestMethod().equals("GET")) {
        if (path.group(3) == null) {
          send(exchange, OK, list(path.group(1), path.group(2)));
        } else {
          send(exchange, NOT_FOUND, status());
        }
      } else {
        send(exchange, CREATED, withVersion(body));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private String list(String apiVersion, String plural) {
    String items =
        switch (plural) {
          case "nodes" ->
              """
              {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "train", "uid": "n", "resourceVersion": "1"}}
              """;
          case "storageclasses" ->
              """
              {"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "provisioner": "local.berth.dev",
               "metadata": {"name": "train", "uid": "c", "resourceVersion": "1"},
               "volumeBindingMode": "WaitForFirstConsumer", "reclaimPolicy": "Delete"}
              """;
          case "persistentvolumeclaims" ->
              """
              {"apiVersion": "v1", "kind": "PersistentVolumeClaim",
               "metadata": {"name": "train", "namespace": "default", "uid": "p", "resourceVersion": "1"},
               "spec": {"accessModes": ["ReadWriteOnce"], "storageClassName": "train",
                        "resources": {"requests": {"storage": "1Mi"}}},
               "status": {"phase": "Pending"}}
              """;
          default -> "";
        };
    return """
    {"apiVersion": "%s", "kind": "List", "metadata": {"resourceVersion": "%d"}, "items": [%s]}
    """
        .formatted(apiVersion, version.incrementAndGet(), items);
  }

  /** What was written, as the server would give it back: with a version. */
  private String withVersion(String body) {
    return body.replaceFirst(
        "\"metadata\"\\s*:\\s*\\{",
        "\"metadata\":{\"uid\":\"u\",\"resourceVersion\":\"" + version.incrementAndGet() + "\",");
  }

  private static String status() {
    return """
    {"apiVersion": "v1", "kind": "Status", "status": "Failure", "reason": "NotFound", "code": 404, "message": "not found"}
    """;
  }

  private static void send(HttpExchange exchange, int code, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(code, body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
