package dev.berth.provisioner.cluster.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpServer;
import dev.berth.provisioner.cluster.ClusterException;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a server's answers mean, from a server that answers as it is told. */
final class ApiConnectionTest {
  private static final Call GET = Call.get(Kind.CLAIM, Key.of("ns", "a"));

  private record Answer(int code, Map<String, String> headers, String body) {}

  @TempDir Path dir;

  private final Deque<Answer> answers = new ArrayDeque<>();
  private final Queue<String> observed = new ConcurrentLinkedQueue<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  @SuppressWarnings("NullAway.Init") // before each test
  private HttpServer server;

  @SuppressWarnings("NullAway.Init") // before each test
  private ApiConnection connection;

  @BeforeEach
  void open() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          Answer answer = answers.removeFirst();
          answer.headers().forEach(exchange.getResponseHeaders()::set);
          byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(answer.code(), body.length == 0 ? -1 : body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.setExecutor(threads);
    server.start();
    Path kubeconfig = dir.resolve("kubeconfig");
    Files.writeString(
        kubeconfig,
        """
        apiVersion: v1
        kind: Config
        current-context: c
        clusters: [{name: c, cluster: {server: "http://127.0.0.1:%d"}}]
        contexts: [{name: c, context: {cluster: c, user: u}}]
        users: [{name: u, user: {token: t}}]
        """
            .formatted(server.getAddress().getPort()));
    connection =
        ApiConnection.open(
            ApiSettings.of(
                Optional.of(kubeconfig),
                "node-1",
                (verb, resource, code, took) -> {
                  assertThat(took).isPositive();
                  observed.add(verb + " " + resource + " " + code);
                }));
  }

  @AfterEach
  void close() {
    connection.close();
    server.stop(0);
    threads.close();
  }

  private void answer(int code, String body) {
    answers.add(new Answer(code, Map.of(), body));
  }

  @Test
  void every_request_is_counted_with_its_answer() {
    answer(200, "{}");
    connection.send(GET);
    assertThat(observed).containsExactly("get persistentvolumeclaims 200");
  }

  @Test
  void a_server_that_asks_for_patience_is_asked_again() {
    answers.add(new Answer(429, Map.of("Retry-After", "1"), ""));
    answer(200, "\"now\"");
    long before = System.nanoTime();
    assertThat(connection.send(GET)).asString(StandardCharsets.UTF_8).isEqualTo("\"now\"");
    assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(1_000_000_000L);
    assertThat(observed)
        .containsExactly("get persistentvolumeclaims 429", "get persistentvolumeclaims 200");
  }

  @Test
  void a_server_that_asks_for_too_much_patience_is_unavailable() {
    answers.add(new Answer(429, Map.of("Retry-After", "11"), ""));
    assertThatExceptionOfType(ClusterException.Unavailable.class)
        .isThrownBy(() -> connection.send(GET))
        .withMessage("get persistentvolumeclaims: the API server answers 429: HTTP status 429");
  }

  @Test
  void an_error_of_the_server_is_unavailable_and_not_sent_again() {
    answer(500, "{\"kind\":\"Status\",\"message\":\"etcd is sad\",\"code\":500}");
    assertThatExceptionOfType(ClusterException.Unavailable.class)
        .isThrownBy(() -> connection.send(GET))
        .withMessage("get persistentvolumeclaims: the API server answers 500: etcd is sad");
    assertThat(observed).hasSize(1);
  }

  @Test
  void a_status_is_the_exception_that_it_names() {
    answer(409, "{\"reason\":\"AlreadyExists\",\"message\":\"taken\"}");
    assertThatExceptionOfType(ClusterException.AlreadyExists.class)
        .isThrownBy(() -> connection.send(GET))
        .withMessage("taken");
    answer(409, "{\"reason\":\"Conflict\",\"message\":\"changed\"}");
    assertThatExceptionOfType(ClusterException.Conflict.class)
        .isThrownBy(() -> connection.send(GET));
    answer(404, "404 page not found\n");
    assertThatExceptionOfType(ClusterException.NotFound.class)
        .isThrownBy(() -> connection.send(GET))
        .withMessage("404 page not found");
    answer(401, "{\"message\":\"Unauthorized\"}");
    answer(401, "{\"message\":\"Unauthorized\"}"); // the token is read anew and tried once more
    assertThatExceptionOfType(ClusterException.Forbidden.class)
        .isThrownBy(() -> connection.send(GET))
        .withMessageStartingWith("Unauthorized: the API server does not accept our credentials");
    answer(403, "{\"message\":\"exceeded quota: small\"}");
    assertThatExceptionOfType(ClusterException.Forbidden.class)
        .isThrownBy(() -> connection.send(GET))
        .withMessage("exceeded quota: small");
    answer(
        422,
        "{\"message\":\"bad\",\"details\":{\"causes\":[{\"field\":\"spec.a\",\"message\":\"Required"
            + " value\"}]}}");
    assertThatExceptionOfType(ClusterException.Invalid.class)
        .isThrownBy(() -> connection.send(GET))
        .satisfies(e -> assertThat(e.causes()).hasToString("[spec.a: Required value]"));
  }

  @Test
  void a_version_that_a_server_does_not_know_is_told_apart() {
    Call watch = Call.read("watch", Kind.CLAIM, "x");
    answer(410, "{\"reason\":\"Expired\",\"message\":\"too old resource version\"}");
    assertThatExceptionOfType(VersionUnknownException.class)
        .isThrownBy(() -> connection.stream(watch))
        .withMessage("too old resource version");
    answer(
        504,
        "{\"message\":\"Too large resource version\",\"details\":{\"causes\":[{\"reason\":"
            + "\"ResourceVersionTooLarge\"}]}}");
    assertThatExceptionOfType(VersionUnknownException.class)
        .isThrownBy(() -> connection.stream(watch));
  }

  @Test
  void a_server_that_is_not_there_is_unavailable_and_named() {
    server.stop(0);
    threads.close();
    assertThatExceptionOfType(ClusterException.Unavailable.class)
        .isThrownBy(() -> connection.send(GET))
        .withMessageStartingWith("get persistentvolumeclaims: the API server at http://127.0.0.1:");
    assertThat(observed).containsExactly("get persistentvolumeclaims 0");
  }

  /** A server that has all it will get at once before it answers anybody. */
  @Test
  void no_more_than_sixteen_requests_are_on_their_way() throws Exception {
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch full = new CountDownLatch(16);
    server.removeContext("/");
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      server.createContext(
          "/",
          exchange -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            full.countDown();
            awaitAll(full);
            now.decrementAndGet();
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
          });
      List<Future<?>> sent = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        sent.add(callers.submit(() -> connection.send(GET)));
      }
      for (Future<?> each : sent) {
        each.get();
      }
    }
    assertThat(most).hasValue(16);
  }

  private static void awaitAll(CountDownLatch latch) {
    try {
      assertThat(latch.await(1, TimeUnit.MINUTES)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
