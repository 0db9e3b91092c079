package dev.berth.program.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.program.metrics.Metrics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpEndpointIT {
  private final AtomicReference<Optional<String>> problem = new AtomicReference<>(Optional.empty());
  private final HttpClient client = HttpClient.newHttpClient();
  private final HttpEndpoint endpoint;

  HttpEndpointIT() throws IOException {
    endpoint = start(0);
  }

  private HttpEndpoint start(int port) throws IOException {
    Health alive = new Health("healthz").check("csi", Optional::empty);
    Health ready =
        new Health("readyz")
            .checks("pools", () -> Map.of("pool a", Optional.empty(), "pool b", problem.get()))
            .check(
                "kubernetes",
                () -> {
                  if (problem.get().equals(Optional.of("bug"))) {
                    throw new IllegalStateException("a bug in a check");
                  }
                  return Optional.empty();
                });
    return HttpEndpoint.start(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), port), alive, ready, new Metrics());
  }

  @BeforeEach
  void healthy() {
    problem.set(Optional.empty());
  }

  @AfterEach
  void stop() {
    client.close();
    endpoint.close();
  }

  @Test
  void a_healthy_process_says_so_check_by_check() throws Exception {
    assertThat(get("/healthz").body()).isEqualTo("[+]csi ok\nhealthz passed\n");
    HttpResponse<String> ready = get("/readyz");
    assertThat(ready.statusCode()).isEqualTo(200);
    assertThat(ready.body())
        .isEqualTo("[+]pool a ok\n[+]pool b ok\n[+]kubernetes ok\nreadyz passed\n");
  }

  @Test
  void what_is_wrong_is_in_the_answer_and_leaves_the_other_endpoint_alone() throws Exception {
    problem.set(Optional.of("its disk is not mounted"));
    HttpResponse<String> ready = get("/readyz");
    assertThat(ready.statusCode()).isEqualTo(503);
    assertThat(ready.body())
        .isEqualTo(
            "[+]pool a ok\n[-]pool b: its disk is not mounted\n[+]kubernetes ok\nreadyz failed\n");
    assertThat(get("/healthz").statusCode()).isEqualTo(200);
  }

  @Test
  void a_check_that_breaks_is_an_answer_too() throws Exception {
    problem.set(Optional.of("bug"));
    HttpResponse<String> ready = get("/readyz");
    assertThat(ready.statusCode()).isEqualTo(500);
    assertThat(ready.body()).isEqualTo("/readyz failed, the log says why\n");
  }

  @Test
  void metrics_have_the_media_type_that_prometheus_expects() throws Exception {
    HttpResponse<String> metrics = get("/metrics");
    assertThat(metrics.statusCode()).isEqualTo(200);
    assertThat(metrics.headers().firstValue("Content-Type"))
        .contains("text/plain; version=0.0.4; charset=utf-8");
    assertThat(metrics.body()).contains("process_resident_memory_bytes ");
  }

  @Test
  void other_paths_and_methods_are_refused() throws Exception {
    assertThat(get("/").statusCode()).isEqualTo(404);
    assertThat(get("/metrics/more").statusCode()).isEqualTo(404);
    HttpRequest post =
        HttpRequest.newBuilder(uri("/healthz"))
            .POST(HttpRequest.BodyPublishers.ofString("x"))
            .build();
    assertThat(client.send(post, HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(405);
    HttpRequest head = HttpRequest.newBuilder(uri("/readyz")).HEAD().build();
    assertThat(client.send(head, HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(200);
  }

  @Test
  void a_port_that_is_taken_is_named_with_the_option_to_change() {
    int port = endpoint.address().getPort();
    assertThatThrownBy(() -> start(port))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "http endpoint localhost:%d: Address already in use; choose another --http-endpoint"
                .formatted(port));
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + endpoint.address().getPort() + path);
  }
}
