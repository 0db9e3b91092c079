package dev.berth.provisioner.cluster.kubernetes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.provisioner.cluster.CacheSpec;
import dev.berth.provisioner.cluster.Change;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.ClusterException;
import dev.berth.provisioner.cluster.Index;
import dev.berth.provisioner.cluster.Json;
import dev.berth.provisioner.cluster.JsonPatch;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Notice;
import dev.berth.provisioner.cluster.Preconditions;
import dev.berth.provisioner.cluster.Subscription;
import dev.berth.provisioner.cluster.cache.Watcher;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The cluster behind an API server. Reads of a kind without a {@link CacheSpec} are a mistake of
 * the caller ({@link IllegalStateException}); {@link #getLive} and writes need none.
 *
 * <p>An object in the cache never goes back to an older version: what this process has written is
 * seen at once and stays until the server tells of something newer.
 */
public final class KubernetesCluster implements Cluster {
  private final ApiConnection connection;
  private final Caches caches;
  private final EventRecorder events;

  private KubernetesCluster(ApiConnection connection, Caches caches) {
    this.connection = connection;
    this.caches = caches;
    this.events =
        new EventRecorder(
            connection::sendAfterOthers, connection.instance(), InstantSource.system());
  }

  /**
   * Opens the cluster and returns when every cache has its first list, however long that takes;
   * meanwhile the reason is logged. The connection stays the caller's.
   *
   * @param specs which objects to follow, each kind once
   * @throws InterruptedException if the thread is interrupted; then nothing is left running
   */
  public static KubernetesCluster open(ApiConnection connection, List<CacheSpec<?>> specs)
      throws InterruptedException {
    return open(connection, specs, Pace.DEFAULT);
  }

  static KubernetesCluster open(ApiConnection connection, List<CacheSpec<?>> specs, Pace pace)
      throws InterruptedException {
    KubernetesCluster cluster = start(connection, specs, pace);
    try {
      cluster.awaitListed();
      return cluster;
    } catch (InterruptedException e) {
      cluster.close();
      throw e;
    }
  }

  /**
   * Begins to follow and returns at once: for who wants to ask {@link #trouble} meanwhile. Nothing
   * else may be asked before {@link #awaitListed} has returned. The connection stays the caller's.
   *
   * @param specs which objects to follow, each kind once
   */
  public static KubernetesCluster start(ApiConnection connection, List<CacheSpec<?>> specs) {
    return start(connection, specs, Pace.DEFAULT);
  }

  private static KubernetesCluster start(
      ApiConnection connection, List<CacheSpec<?>> specs, Pace pace) {
    return new KubernetesCluster(connection, Caches.start(connection, specs, pace));
  }

  /** Returns when every cache has its first list, however long that takes. */
  public void awaitListed() throws InterruptedException {
    caches.awaitListed();
  }

  /** Why the caches do not follow the API server now; empty when they do. */
  public Optional<String> trouble() {
    return caches.trouble();
  }

  @Override
  public <T extends HasMetadata> Optional<T> get(Kind<T> kind, Key key) {
    return caches.of(kind).get(key);
  }

  @Override
  public <T extends HasMetadata> List<T> list(Kind<T> kind) {
    return caches.of(kind).list();
  }

  @Override
  public <T extends HasMetadata> List<T> list(Kind<T> kind, Index index, String value) {
    return caches.of(kind).list(index, value);
  }

  @Override
  public <T extends HasMetadata> Optional<T> getLive(Kind<T> kind, Key key) {
    try {
      return Optional.of(parse(kind, connection.send(Call.get(kind, key))));
    } catch (ClusterException.NotFound _) {
      return Optional.empty();
    }
  }

  @Override
  public <T extends HasMetadata> void eachLive(Kind<T> kind, Consumer<T> each) {
    new LiveList(connection, Pace.DEFAULT).each(kind, each);
  }

  @Override
  public <T extends HasMetadata> T create(T object) {
    Kind<T> kind = Kind.of(object);
    if (object.getMetadata().getResourceVersion() != null) {
      // The server says the same, but as an error of its own (500).
      throw new ClusterException.Invalid(
          "resourceVersion should not be set on objects to be created");
    }
    return written(kind, connection.send(Call.create(kind, object)));
  }

  @Override
  public <T extends HasMetadata> T replace(T object) {
    return replace(object, false);
  }

  @Override
  public <T extends HasMetadata> T replaceStatus(T object) {
    return replace(object, true);
  }

  private <T extends HasMetadata> T replace(T object, boolean status) {
    Kind<T> kind = Kind.of(object);
    Optional<T> cached = caches.find(kind).flatMap(cache -> cache.get(Key.of(object)));
    return Writes.replace(kind, object, cached, status)
        .map(call -> written(kind, connection.send(call)))
        .orElse(object);
  }

  @Override
  public <T extends HasMetadata> T patch(Kind<T> kind, Key key, JsonPatch patch) {
    Call call = Call.patch(kind, key, "json", PatchDocument.of(patch), false);
    return written(kind, connection.send(call));
  }

  @Override
  public <T extends HasMetadata> void delete(Kind<T> kind, Key key, Preconditions preconditions) {
    ObjectNode answer = tree(connection.send(Writes.delete(kind, key, preconditions)));
    if (answer.path("kind").asText().equals("Status")) {
      deleted(kind, key, answer.path("details").path("uid").asText());
      return;
    }
    T last = Json.parse(kind, answer);
    // What has no deletionTimestamp was deleted at once: a deletion that waits would have set it.
    if (last.getMetadata().getDeletionTimestamp() == null || Writes.hasGone(last.getMetadata())) {
      deleted(kind, key, last.getMetadata().getUid());
    } else {
      caches.find(kind).ifPresent(cache -> cache.written(last));
    }
  }

  @Override
  public <T extends HasMetadata> Subscription watch(Kind<T> kind, Consumer<Change<T>> listener) {
    Watcher<T> watcher = caches.of(kind).watch(listener);
    return watcher.start();
  }

  @Override
  public void event(Notice notice) {
    events.record(notice);
  }

  /** Ends the watches and sends the events that wait, for two seconds at most. */
  @Override
  public void close() {
    caches.close();
    events.close();
  }

  private <T extends HasMetadata> T written(Kind<T> kind, byte[] answer) {
    T object = parse(kind, answer);
    if (Writes.hasGone(object.getMetadata())) {
      deleted(kind, Key.of(object), object.getMetadata().getUid());
    } else {
      caches.find(kind).ifPresent(cache -> cache.written(object, () -> parse(kind, answer)));
    }
    return object;
  }

  private void deleted(Kind<?> kind, Key key, String uid) {
    caches.find(kind).ifPresent(cache -> cache.deleted(key, uid));
  }

  private static <T extends HasMetadata> T parse(Kind<T> kind, byte[] answer) {
    try {
      return Json.parse(kind, answer);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private static ObjectNode tree(byte[] answer) {
    try {
      return (ObjectNode) Json.mapper().readTree(answer);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private static ClusterException unreadable(IOException e) {
    return new ClusterException.Unavailable("the API server's answer cannot be read", e);
  }
}
