package dev.berth.provisioner.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Kubernetes as the controllers see it. Objects handed out are shared and never mutated: change a
 * copy made with the model's builder. Every call may throw {@link ClusterException.Unavailable}.
 */
public interface Cluster extends AutoCloseable {
  /**
   * One object, from the cache. Writes made through this instance are seen at once, and no object
   * ever goes back to an older version; what others write is seen when it is told.
   */
  <T extends HasMetadata> Optional<T> get(Kind<T> kind, Key key);

  /**
   * All objects of a kind, from the cache, ordered by key. They may be made one by one while the
   * list is gone through.
   */
  <T extends HasMetadata> List<T> list(Kind<T> kind);

  /** The objects of a kind under one value of an index, from the cache, ordered by key. */
  <T extends HasMetadata> List<T> list(Kind<T> kind, Index index, String value);

  /** One object, from where it is kept. */
  <T extends HasMetadata> Optional<T> getLive(Kind<T> kind, Key key);

  /**
   * Gives every object of a kind to {@code each}, from where they are kept, one after the other.
   * Where nothing is more live than the cache, that is the cache.
   */
  default <T extends HasMetadata> void eachLive(Kind<T> kind, Consumer<T> each) {
    list(kind).forEach(each);
  }

  /**
   * Stores a new object and returns it with uid, resourceVersion and creationTimestamp. {@code
   * generateName} is honoured where there is no name. A kind with a status of its own is stored
   * without the status of the argument.
   *
   * @throws ClusterException.AlreadyExists if the name is taken
   * @throws ClusterException.Invalid if the object breaks a rule of the API
   * @throws ClusterException.NotFound if its namespace does not exist
   */
  <T extends HasMetadata> T create(T object);

  /**
   * Replaces metadata and spec; the status of the argument is ignored. An object whose deletion
   * waits goes with its last finalizer.
   *
   * @throws ClusterException.NotFound if it does not exist
   * @throws ClusterException.Conflict if metadata.resourceVersion or metadata.uid is set and is not
   *     the stored one
   * @throws ClusterException.Invalid if the object breaks a rule of the API
   */
  <T extends HasMetadata> T replace(T object);

  /**
   * Replaces the status alone; spec and metadata of the argument are ignored. Same errors as {@link
   * #replace}.
   */
  <T extends HasMetadata> T replaceStatus(T object);

  /**
   * Applies RFC 6902 operations to the stored object, all or none.
   *
   * @throws ClusterException.NotFound if it does not exist
   * @throws ClusterException.Invalid if a test does not hold, a path does not exist, or the result
   *     breaks a rule
   */
  <T extends HasMetadata> T patch(Kind<T> kind, Key key, JsonPatch patch);

  /**
   * Deletes the object, or, while it has finalizers, sets its deletionTimestamp.
   *
   * @throws ClusterException.NotFound if it does not exist
   * @throws ClusterException.Conflict if a precondition does not hold
   */
  <T extends HasMetadata> void delete(Kind<T> kind, Key key, Preconditions preconditions);

  /**
   * Calls the listener with every present object as {@link Change.Added}, then with every change,
   * in order, one at a time, on a thread of its own. Changes of one object may be merged when the
   * listener is slow. What the listener throws is logged and does not end the watch.
   */
  <T extends HasMetadata> Subscription watch(Kind<T> kind, Consumer<Change<T>> listener);

  /** Records an event, best effort: it never throws, and repeated ones are counted. */
  void event(Notice notice);

  /** Ends all watches and releases what is held. */
  @Override
  void close();
}
