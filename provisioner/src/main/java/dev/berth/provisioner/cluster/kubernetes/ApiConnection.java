package dev.berth.provisioner.cluster.kubernetes;

import dev.berth.provisioner.cluster.ClusterException;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * The way to one API server, shared by all clusters and elections of this process. Addresses,
 * certificates, tokens and their renewal are fabric8's; its informers are not used, because they
 * weigh 30 MB more and cannot tell whether a list is older than a write of ours.
 */
public final class ApiConnection implements AutoCloseable {
  private static final Duration TO_CONNECT = Duration.ofSeconds(5);
  private static final Duration TO_ANSWER = Duration.ofSeconds(30);

  /** As long as an overloaded server may make us wait before the caller is told. */
  private static final Duration TO_BE_SLOWED = Duration.ofSeconds(10);

  /**
   * Requests on their way at a time, watches apart: each has a connection, and a new connection
   * costs both sides more than ten requests on an old one.
   */
  private static final int AT_ONCE = 16;

  private static final Duration TO_LET_OTHERS_GO = Duration.ofSeconds(1);

  private final ApiSettings settings;
  private final URI server;
  private final HttpClient http;
  private final TokenBucket permits;
  private final UnderWay others = new UnderWay();
  private final Semaphore lines = new Semaphore(AT_ONCE, true);

  private ApiConnection(ApiSettings settings, Config config) {
    this.settings = settings;
    this.server = URI.create(config.getMasterUrl());
    this.http = new JdkHttpClientFactory().newBuilder(config).build();
    this.permits =
        new TokenBucket(settings.requestsPerSecond(), settings.burst(), System::nanoTime);
  }

  /**
   * Makes the connection; nothing is sent yet.
   *
   * @throws io.fabric8.kubernetes.client.KubernetesClientException if the kubeconfig or the
   *     certificates cannot be read
   */
  public static ApiConnection open(ApiSettings settings) {
    Config config =
        settings
            .kubeconfig()
            .map(file -> Config.fromKubeconfig(file.toFile()))
            .orElseGet(() -> Config.autoConfigure(null));
    // One connection that died unnoticed must not take every request with it, as with HTTP/2.
    config.setHttp2Disable(true);
    config.setRequestRetryBackoffLimit(0); // we decide what is sent again
    config.setConnectionTimeout((int) TO_CONNECT.toMillis());
    config.setRequestTimeout((int) TO_ANSWER.toMillis());
    config.setUserAgent("berth/" + settings.instance());
    return new ApiConnection(settings, config);
  }

  /** Who we are in events. */
  String instance() {
    return settings.instance();
  }

  /** The server's address, for messages. */
  URI server() {
    return server;
  }

  /**
   * Sends a request and waits for its answer. A server that asks to come back later (429, or 503
   * with {@code Retry-After}) is obeyed for a while; nothing else is sent twice, because a lost
   * answer does not say what was done.
   *
   * @return the answer's body
   */
  byte[] send(Call call) {
    others.begin();
    try {
      return sendNow(call);
    } finally {
      others.end();
    }
  }

  /**
   * The same of what nobody waits for: it lets the other requests go first, but not for longer than
   * a second.
   */
  byte[] sendAfterOthers(Call call) {
    others.awaitNone(TO_LET_OTHERS_GO);
    return sendNow(call);
  }

  private byte[] sendNow(Call call) {
    Duration slowed = Duration.ZERO;
    while (true) {
      HttpResponse<byte[]> answer = onALine(call);
      if (HttpResponse.isSuccessful(answer.code())) {
        return answer.body();
      }
      Duration later = RetryAfter.of(answer);
      slowed = slowed.plus(later);
      if (later.isZero() || slowed.compareTo(TO_BE_SLOWED) > 0) {
        throw Refusals.of(call, answer.code(), answer.body());
      }
      pause(later);
    }
  }

  private HttpResponse<byte[]> onALine(Call call) {
    try {
      lines.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable(call, "interrupted", e);
    }
    try {
      return exchange(call, byte[].class);
    } finally {
      lines.release();
    }
  }

  /**
   * Sends a list or a watch, whose answer is read as it comes; the caller closes it.
   *
   * @throws VersionUnknownException if the server cannot go on from the version that is asked for
   */
  InputStream stream(Call call) throws IOException {
    HttpResponse<InputStream> answer = exchange(call, InputStream.class);
    if (HttpResponse.isSuccessful(answer.code())) {
      return answer.body();
    }
    try (InputStream body = answer.body()) {
      throw Refusals.ofWatch(call, answer.code(), body.readAllBytes());
    }
  }

  private <B> HttpResponse<B> exchange(Call call, Class<B> type) {
    long start = System.nanoTime();
    pause(Duration.ofNanos(permits.take()));
    if (http.isClosed()) {
      throw new ClusterException.Unavailable("the connection to " + server + " is closed");
    }
    int code = 0;
    try {
      HttpResponse<B> answer = await(call, http.sendAsync(request(call), type));
      code = answer.code();
      return answer;
    } finally {
      settings
          .observer()
          .answered(
              call.verb(), call.resource(), code, Duration.ofNanos(System.nanoTime() - start));
    }
  }

  private HttpRequest request(Call call) {
    HttpRequest.Builder builder =
        http.newHttpRequestBuilder().uri(server.resolve(call.path())).header("Accept", Call.JSON);
    return call.body().isEmpty()
        ? builder.method(call.method(), null, null).build()
        : builder.method(call.method(), call.type(), call.body()).build();
  }

  private <B> HttpResponse<B> await(Call call, CompletableFuture<HttpResponse<B>> answer) {
    try {
      return answer.get(TO_ANSWER.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw unavailable(call, String.valueOf(e.getCause()), e);
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw unavailable(call, "no answer within " + TO_ANSWER.toSeconds() + " s", e);
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw unavailable(call, "interrupted", e);
    }
  }

  private ClusterException unavailable(Call call, String why, Exception cause) {
    return new ClusterException.Unavailable(
        "%s %s: the API server at %s cannot be reached: %s"
            .formatted(call.verb(), call.resource(), server, why),
        cause);
  }

  private static void pause(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
      if (Thread.currentThread().isInterrupted()) {
        throw new ClusterException.Unavailable("interrupted while waiting to send a request");
      }
      LockSupport.parkNanos(left);
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
