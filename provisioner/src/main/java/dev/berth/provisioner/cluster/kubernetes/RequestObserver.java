package dev.berth.provisioner.cluster.kubernetes;

import java.time.Duration;

/** Is told of every request to the API server, for metrics. It must be quick and never throw. */
@FunctionalInterface
public interface RequestObserver {
  /**
   * A request was answered, or failed.
   *
   * @param verb Kubernetes' verb: get, list, watch, create, update, patch or delete
   * @param resource the plural, with {@code /status} where the status is written
   * @param code the HTTP status, or 0 when there was no answer
   * @param took from the start of the request to its answer, waiting for the rate limit included
   */
  void answered(String verb, String resource, int code, Duration took);
}
