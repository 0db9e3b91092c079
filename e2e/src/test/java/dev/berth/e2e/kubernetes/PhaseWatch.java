package dev.berth.e2e.kubernetes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** Every phase that every claim of a namespace goes through, as a watch reports it. */
final class PhaseWatch implements AutoCloseable {
  /**
   * A phase and when it was seen.
   *
   * @param nanos of {@link System#nanoTime()}
   */
  record Seen(String phase, long nanos) {}

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Api api;
  private final String claims;
  private final Map<String, List<Seen>> seen = new ConcurrentHashMap<>();
  private final Thread reader;
  private volatile boolean closed;
  private volatile String end = "it goes on";

  private PhaseWatch(Api api, String namespace) {
    this.api = api;
    this.claims = Api.claims(namespace);
    String now = api.resourceVersion(claims);
    this.reader = Thread.ofPlatform().name("phases").start(() -> follow(now));
  }

  static PhaseWatch of(RealCluster cluster, Namespace namespace) {
    return new PhaseWatch(cluster.api(), namespace.name());
  }

  /** Begins again where it was when the API server has ended it, so that nothing is missed. */
  private void follow(String from) {
    String last = from;
    try {
      while (!closed) {
        try (Stream<String> events = api.watch(claims, last)) {
          Iterator<String> each = events.iterator();
          while (each.hasNext()) {
            last = read(each.next());
          }
        }
      }
    } catch (UncheckedIOException | IllegalStateException e) {
      end = "it ended: " + e;
    }
  }

  /** For the message of a test that has waited in vain. */
  String state() {
    return "the watch has seen %d claims, %d Bound; %s".formatted(seen.size(), bound(), end);
  }

  private String read(String event) {
    long now = System.nanoTime();
    try {
      JsonNode change = JSON.readTree(event);
      if (change.path("type").asText().equals("ERROR")) {
        throw new IllegalStateException(event);
      }
      JsonNode claim = change.path("object");
      note(claim.at("/metadata/name").asText(), new Seen(claim.at("/status/phase").asText(), now));
      return claim.at("/metadata/resourceVersion").asText();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("no event: " + event, e);
    }
  }

  private void note(String claim, Seen now) {
    List<Seen> phases = seen.computeIfAbsent(claim, _ -> new CopyOnWriteArrayList<>());
    if (phases.isEmpty() || !phases.getLast().phase().equals(now.phase())) {
      phases.add(now);
    }
  }

  /** How many claims are Bound now. */
  long bound() {
    return seen.values().stream()
        .filter(phases -> phases.getLast().phase().equals("Bound"))
        .count();
  }

  /** Claims that were Bound and then something else, with what they went through. */
  List<String> unbound() {
    List<String> found = new ArrayList<>();
    seen.forEach(
        (claim, phases) -> {
          List<String> names = phases.stream().map(Seen::phase).toList();
          int first = names.indexOf("Bound");
          if (first >= 0 && first < names.size() - 1) {
            found.add(claim + ": " + names);
          }
        });
    return found;
  }

  /** Seconds from the first sight of each claim to Bound, in rising order. */
  List<Double> secondsToBound() {
    return seen.values().stream()
        .map(phases -> (at(phases, "Bound") - phases.getFirst().nanos()) / 1e9)
        .sorted()
        .toList();
  }

  /**
   * Seconds from a moment until the last claim was Bound.
   *
   * @param began of {@link System#nanoTime()}
   */
  double secondsSince(long began) {
    long last = seen.values().stream().mapToLong(p -> at(p, "Bound")).max().orElseThrow();
    return (last - began) / 1e9;
  }

  private static long at(List<Seen> phases, String phase) {
    return phases.stream()
        .filter(seen -> seen.phase().equals(phase))
        .mapToLong(Seen::nanos)
        .findFirst()
        .orElseThrow();
  }

  @Override
  public void close() {
    closed = true;
    api.close();
    try {
      reader.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
