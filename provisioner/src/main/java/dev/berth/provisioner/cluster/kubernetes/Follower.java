package dev.berth.provisioner.cluster.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.provisioner.cluster.CacheSpec;
import dev.berth.provisioner.cluster.ClusterException;
import dev.berth.provisioner.cluster.Key;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one cache equal to what the server has: a list in pages, then a watch from the list's
 * version, taken up again where it ended. When the server no longer knows that version (410) it
 * lists again, and watchers are told the difference. Nothing ends it but {@link #close}.
 */
final class Follower<T extends HasMetadata> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Follower.class);

  private final ApiConnection connection;
  private final CacheSpec<T> spec;
  private final KindCache<T> cache;
  private final Pace pace;
  private final Thread thread;
  private final CountDownLatch listed = new CountDownLatch(1);
  private long version = -1; // the following thread's: what the cache has is at least this new
  private boolean mustList = true; // the following thread's
  private volatile String trouble = "it has not been listed yet";
  private volatile boolean closed;

  Follower(ApiConnection connection, CacheSpec<T> spec, KindCache<T> cache, Pace pace) {
    this.connection = connection;
    this.spec = spec;
    this.cache = cache;
    this.pace = pace;
    this.thread = Thread.ofVirtual().name("follow-" + spec.kind().plural()).unstarted(this::run);
  }

  Follower<T> start() {
    thread.start();
    return this;
  }

  /** Returns when the first list is complete. */
  void awaitListed() throws InterruptedException {
    listed.await();
  }

  /** Why the cache does not follow the server now. */
  Optional<String> trouble() {
    String now = trouble;
    return now.isEmpty() ? Optional.empty() : Optional.of(spec.kind().resource() + ": " + now);
  }

  private void run() {
    int failures = 0;
    while (!closed) {
      failures = isWell() ? 0 : failures + 1;
      try {
        if (failures > 0 && !closed) {
          Thread.sleep(pace.retries().delay(failures, ThreadLocalRandom.current()));
        }
      } catch (InterruptedException _) {
        return; // only close() interrupts
      }
    }
  }

  /** Lists where that is needed and watches until the watch ends; false if it ended too soon. */
  private boolean isWell() {
    try {
      if (mustList) {
        list();
      }
      long before = version;
      watch();
      return version > before;
    } catch (VersionUnknownException e) {
      LOG.debug("{} are listed again: {}", spec.kind().resource(), e.getMessage());
      mustList = true;
    } catch (ClusterException | IOException e) {
      if (!closed) {
        complain(String.valueOf(e.getMessage()));
      }
    } catch (RuntimeException e) { // of a trim or an index: it must be seen, and end nothing
      LOG.error("{} cannot be kept", spec.kind().resource(), e);
      complain(String.valueOf(e));
      mustList = true;
    }
    return false;
  }

  private void complain(String why) {
    if (!why.equals(trouble)) {
      LOG.warn("{} cannot be followed, trying again: {}", spec.kind().resource(), why);
    }
    trouble = why;
  }

  private void well() {
    if (!trouble.isEmpty()) {
      LOG.info("{} are followed", spec.kind().resource());
    }
    trouble = "";
  }

  private void list() throws IOException {
    Set<Key> seen = new HashSet<>();
    Map<String, String> parameters = new TreeMap<>(Map.of("limit", Integer.toString(pace.page())));
    JsonNode metadata;
    do {
      Call call =
          Call.read("list", spec.kind(), ApiPath.of(spec.kind(), spec.selector(), parameters));
      try (InputStream body = audible(call)) {
        metadata = Frames.list(body, spec.kind().type(), object -> take(object, seen));
      }
      requireHistory(metadata);
      parameters.put("continue", metadata.path("continue").asText());
    } while (!metadata.path("continue").asText().isEmpty());
    version = Versions.parse(metadata.path("resourceVersion").asText());
    cache.retain(seen, version);
    mustList = false;
    listed.countDown();
  }

  private void take(T object, Set<Key> seen) {
    seen.add(Key.of(object));
    cache.told(object);
  }

  /** A server restored from a backup has gone back: then what is known says nothing any more. */
  private void requireHistory(JsonNode metadata) {
    long now = Versions.parse(metadata.path("resourceVersion").asText());
    if (now < version) {
      LOG.warn(
          "{}: the API server has gone back from version {} to {}, as after a restored backup",
          spec.kind().resource(),
          version,
          now);
      version = -1;
      cache.forgetAll();
      throw new VersionUnknownException("history begins anew");
    }
  }

  private void watch() throws IOException {
    // Spread, so that not all followers of all nodes come back in one instant.
    long seconds = (long) (pace.watch().toSeconds() * ThreadLocalRandom.current().nextDouble(1, 2));
    Map<String, String> parameters =
        Map.of(
            "watch",
            "true",
            "allowWatchBookmarks",
            "true",
            "resourceVersion",
            Long.toString(version),
            "timeoutSeconds",
            Long.toString(Math.max(1, seconds)));
    Call call =
        Call.read("watch", spec.kind(), ApiPath.of(spec.kind(), spec.selector(), parameters));
    try (InputStream body = audible(call)) {
      well();
      Frames.watch(body, spec.kind().type(), new Telling(call));
    }
  }

  private InputStream audible(Call call) throws IOException {
    return new AudibleStream(connection.stream(call), pace.silence());
  }

  private final class Telling implements Frames.Listener<T> {
    private final Call call;

    Telling(Call call) {
      this.call = call;
    }

    @Override
    public void changed(String type, T object) {
      long now = Versions.of(object);
      if (type.equals("DELETED")) {
        cache.toldGone(object);
      } else {
        cache.told(object);
      }
      version = now;
    }

    @Override
    public void other(String type, JsonNode object) {
      if (!type.equals("BOOKMARK")) {
        throw Refusals.ofWatch(call, object);
      }
      version = Versions.parse(object.path("metadata").path("resourceVersion").asText());
    }
  }

  /** Ends it; nothing is told any more when this returns. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // whoever interrupts does not want to wait
    }
  }
}
