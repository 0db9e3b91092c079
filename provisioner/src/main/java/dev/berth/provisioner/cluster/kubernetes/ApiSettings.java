package dev.berth.provisioner.cluster.kubernetes;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How to reach the API server and what to ask of it.
 *
 * @param kubeconfig a kubeconfig file; without one, {@code KUBECONFIG}, the pod's service account
 *     or the user's own kubeconfig is used, as kubectl does
 * @param instance who we are in events and user agents: the node's name
 * @param requestsPerSecond how many requests may be made in a second, over time
 * @param burst how many may be made at once after a quiet time
 * @param observer is told of every request
 */
public record ApiSettings(
    Optional<Path> kubeconfig,
    String instance,
    int requestsPerSecond,
    int burst,
    RequestObserver observer) {
  public ApiSettings {
    if (requestsPerSecond < 1 || burst < 1) {
      throw new IllegalArgumentException(
          "requests per second and burst must be at least 1, not %d and %d"
              .formatted(requestsPerSecond, burst));
    }
  }

  /** With the default limits: 500 requests a second, bursts of 1000. */
  public static ApiSettings of(
      Optional<Path> kubeconfig, String instance, RequestObserver observer) {
    return new ApiSettings(kubeconfig, instance, 500, 1000, observer);
  }
}
