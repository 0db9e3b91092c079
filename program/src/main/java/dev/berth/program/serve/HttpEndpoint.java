package dev.berth.program.serve;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.berth.program.metrics.Metrics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code /healthz}, {@code /readyz} and {@code /metrics}. */
final class HttpEndpoint implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpEndpoint.class);
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final int OK = 200;
  private static final int NOT_FOUND = 404;
  private static final int METHOD_NOT_ALLOWED = 405;
  private static final int BROKEN = 500;
  private static final int UNAVAILABLE = 503;

  private record Page(int code, String type, String body) {
    static Page of(int code, String text) {
      return new Page(code, TEXT, text);
    }
  }

  @FunctionalInterface
  private interface Source {
    Page get() throws IOException;
  }

  private final HttpServer server;
  private final ExecutorService threads;

  private HttpEndpoint(HttpServer server, ExecutorService threads) {
    this.server = server;
    this.threads = threads;
  }

  /**
   * Starts answering.
   *
   * @throws IOException if the address cannot be taken
   */
  static HttpEndpoint start(InetSocketAddress address, Health alive, Health ready, Metrics metrics)
      throws IOException {
    HttpServer server;
    try {
      server = HttpServer.create(address, 0);
    } catch (IOException e) {
      throw new IOException(
          "http endpoint %s:%d: %s; choose another --http-endpoint"
              .formatted(address.getHostString(), address.getPort(), e.getMessage()),
          e);
    }
    ExecutorService threads =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("http-", 0).factory());
    server.setExecutor(threads);
    Map<String, Source> pages =
        Map.of(
            "/healthz", () -> page(alive.report()),
            "/readyz", () -> page(ready.report()),
            "/metrics", () -> page(metrics));
    server.createContext("/", handler(pages));
    server.start();
    LOG.info("probes and metrics are answered on {}", server.getAddress());
    return new HttpEndpoint(server, threads);
  }

  /** Where it listens: with the port that the kernel chose, when it was to choose one. */
  InetSocketAddress address() {
    return server.getAddress();
  }

  private static HttpHandler handler(Map<String, Source> pages) {
    return exchange -> {
      try (exchange) {
        send(exchange, answer(exchange, pages));
      }
    };
  }

  private static Page answer(HttpExchange exchange, Map<String, Source> pages) {
    String path = exchange.getRequestURI().getPath();
    Source source = pages.get(path);
    if (source == null) {
      return Page.of(NOT_FOUND, "there is /healthz, /readyz and /metrics\n");
    }
    if (!exchange.getRequestMethod().equals("GET") && !exchange.getRequestMethod().equals("HEAD")) {
      return Page.of(METHOD_NOT_ALLOWED, "only GET\n");
    }
    try {
      return source.get();
    } catch (IOException | RuntimeException e) {
      // The edge: a probe that is not answered would look like a process that hangs.
      LOG.error("{} failed", path, e);
      return Page.of(BROKEN, path + " failed, the log says why\n");
    }
  }

  private static void send(HttpExchange exchange, Page page) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", page.type());
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.sendResponseHeaders(page.code(), -1);
      return;
    }
    byte[] body = page.body().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(page.code(), body.length);
    exchange.getResponseBody().write(body);
  }

  private static Page page(Health.Report report) {
    return Page.of(report.ok() ? OK : UNAVAILABLE, report.text());
  }

  private static Page page(Metrics metrics) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    metrics.write(out);
    return new Page(OK, Metrics.CONTENT_TYPE, out.toString(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdown();
  }
}
