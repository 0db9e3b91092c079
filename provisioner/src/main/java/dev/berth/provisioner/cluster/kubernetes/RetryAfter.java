package dev.berth.provisioner.cluster.kubernetes;

import io.fabric8.kubernetes.client.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/** When a server that is overloaded wants to be asked again. */
final class RetryAfter {
  private RetryAfter() {}

  /** How long to wait; zero when the server does not ask for it. */
  static Duration of(HttpResponse<?> answer) {
    boolean slowDown = answer.code() == 429 || answer.code() == 503;
    return slowDown ? of(Optional.ofNullable(answer.header("Retry-After"))) : Duration.ZERO;
  }

  /** Kubernetes writes whole seconds; a date, which HTTP also allows, is not understood. */
  static Duration of(Optional<String> header) {
    return header
        .filter(text -> !text.isEmpty() && text.length() < 6)
        .filter(text -> text.chars().allMatch(c -> c >= '0' && c <= '9'))
        .map(text -> Duration.ofSeconds(Long.parseLong(text)))
        .orElse(Duration.ZERO);
  }
}
