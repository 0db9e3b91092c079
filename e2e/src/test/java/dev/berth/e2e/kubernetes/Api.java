package dev.berth.e2e.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * The API server as a program sees it that sends many requests at once; one kubectl alone makes
 * fewer objects in a second than are bound.
 */
final class Api implements AutoCloseable {
  /** Requests that are on their way at the same time. */
  private static final int AT_ONCE = 32;

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final ObjectMapper JSON = new ObjectMapper();

  private final URI server;
  private final String token;
  private final HttpClient http;
  private final ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);

  /**
   * @param kubeconfig one of {@code ./dev cluster}: an address, a certificate and a token
   */
  Api(Path kubeconfig) {
    try {
      String text = Files.readString(kubeconfig);
      this.server = URI.create(field(text, "server"));
      this.token = field(text, "token");
      this.http =
          HttpClient.newBuilder()
              .sslContext(trusting(field(text, "certificate-authority-data")))
              .connectTimeout(PATIENCE)
              .build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String field(String kubeconfig, String name) {
    Matcher line = Pattern.compile("(?m)^ *" + name + ": *(\\S+)$").matcher(kubeconfig);
    if (!line.find()) {
      throw new IllegalArgumentException("the kubeconfig has no " + name);
    }
    return line.group(1);
  }

  private static SSLContext trusting(String certificate) throws IOException {
    try {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      trusted.setCertificateEntry(
          "server",
          CertificateFactory.getInstance("X.509")
              .generateCertificate(
                  new ByteArrayInputStream(Base64.getDecoder().decode(certificate))));
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("the certificate of the kubeconfig", e);
    }
  }

  /** Where the claims of a namespace are. */
  static String claims(String namespace) {
    return "/api/v1/namespaces/" + namespace + "/persistentvolumeclaims";
  }

  /** Creates an object from each manifest, one request each, many at the same time. */
  void create(String collection, List<String> manifests) {
    all(manifests.stream().map(manifest -> post(collection, manifest)).toList());
  }

  private HttpRequest post(String collection, String manifest) {
    return request(collection)
        .header("Content-Type", "application/yaml")
        .POST(BodyPublishers.ofString(manifest.replace("---\n", "")))
        .build();
  }

  /** Does a series of requests for each, one after the other, and many series at the same time. */
  <T> void each(List<T> subjects, Consumer<T> series) {
    calls(
        subjects.stream()
            .<Callable<?>>map(
                subject ->
                    () -> {
                      series.accept(subject);
                      return subject;
                    })
            .toList());
  }

  /** Creates one object and answers as the API server does. */
  JsonNode create(String collection, String manifest) {
    return one(post(collection, manifest));
  }

  /** Changes one object by a merge patch (RFC 7396). */
  JsonNode patch(String path, String patch) {
    return one(
        request(path)
            .header("Content-Type", "application/merge-patch+json")
            .method("PATCH", BodyPublishers.ofString(patch))
            .build());
  }

  private JsonNode one(HttpRequest request) {
    try {
      return JSON.readTree(send(request));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Deletes objects, one request each, many at the same time. */
  void delete(List<String> objects) {
    all(objects.stream().map(path -> request(path).DELETE().build()).toList());
  }

  /** What a watch can begin after. */
  String resourceVersion(String collection) {
    return one(request(collection + "?limit=1").build()).at("/metadata/resourceVersion").asText();
  }

  /**
   * Every event of a collection after that version, a line each. It has begun when this returns,
   * and ends when this is closed; or when the API server ends it because its reader falls behind.
   */
  Stream<String> watch(String collection, String after) {
    HttpRequest request =
        request(collection + "?watch=true&timeoutSeconds=3600&resourceVersion=" + after).build();
    try {
      HttpResponse<Stream<String>> answer = http.send(request, BodyHandlers.ofLines());
      if (answer.statusCode() != 200) {
        throw failed(request, answer.statusCode(), answer.body().collect(Collectors.joining()));
      }
      return answer.body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(server.resolve(path))
        .timeout(PATIENCE)
        .header("Authorization", "Bearer " + token);
  }

  private void all(List<HttpRequest> requests) {
    calls(requests.stream().<Callable<?>>map(request -> () -> send(request)).toList());
  }

  private void calls(List<Callable<?>> calls) {
    List<Callable<Object>> all = new ArrayList<>();
    calls.forEach(call -> all.add(call::call));
    try {
      for (Future<?> answer : threads.invokeAll(all)) {
        answer.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private String send(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
    if (answer.statusCode() / 100 != 2) {
      throw failed(request, answer.statusCode(), answer.body());
    }
    return answer.body();
  }

  private static IOException failed(HttpRequest request, int status, String body) {
    return new IOException("%s %s: %d %s".formatted(request.method(), request.uri(), status, body));
  }

  @Override
  public void close() {
    threads.shutdownNow();
    http.shutdownNow();
  }
}
