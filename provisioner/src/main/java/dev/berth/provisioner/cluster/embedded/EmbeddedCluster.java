package dev.berth.provisioner.cluster.embedded;

import dev.berth.provisioner.cluster.Change;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.ClusterException;
import dev.berth.provisioner.cluster.Index;
import dev.berth.provisioner.cluster.JsonPatch;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Notice;
import dev.berth.provisioner.cluster.Preconditions;
import dev.berth.provisioner.cluster.Subscription;
import dev.berth.provisioner.cluster.cache.Watcher;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A cluster of one process, kept in one SQLite file. The namespaces {@code default} and {@code
 * kube-system} are there from the start, and claims and volumes get their protection finalizers
 * when they are created, as admission does it in Kubernetes.
 */
public final class EmbeddedCluster implements Cluster {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedCluster.class);

  /**
   * The characters that Kubernetes draws generated names from: no vowels and nothing that looks
   * like another one.
   */
  private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

  private static final int SUFFIX_LENGTH = 5;

  private final Database database;
  private final Cache cache;
  private final Writer writer;
  private final Writes writes;
  private final Deletion deletion;
  private final Events events;

  private EmbeddedCluster(Database database, InstantSource clock) {
    this.database = database;
    this.cache = new Cache();
    Database.Contents contents = database.load();
    cache.apply(contents.objects());
    this.writer = new Writer(database, cache, contents.revision());
    this.writes = new Writes(clock, EmbeddedCluster::suffix);
    this.deletion = new Deletion(clock);
    this.events = new Events(clock, EmbeddedCluster::suffix, cache.list(Kind.EVENT));
  }

  /**
   * Opens the cluster in this file, which is made, readable by its owner alone, if there is none;
   * its folder must exist.
   *
   * @throws ClusterException.Unavailable if the file is damaged, newer than this release, or in use
   *     by another process; it is left untouched
   */
  public static EmbeddedCluster open(Path file, InstantSource clock) {
    Database database = Database.open(file);
    try {
      EmbeddedCluster cluster = new EmbeddedCluster(database, clock);
      cluster.writer.start();
      Deletion.KEPT_NAMESPACES.forEach(cluster::ensureNamespace);
      return cluster;
    } catch (ClusterException e) {
      database.close();
      throw e;
    }
  }

  private void ensureNamespace(String name) {
    if (get(Kind.NAMESPACE, Key.of(name)).isEmpty()) {
      create(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build());
    }
  }

  @Override
  public <T extends HasMetadata> Optional<T> get(Kind<T> kind, Key key) {
    return cache.get(kind, key);
  }

  @Override
  public <T extends HasMetadata> List<T> list(Kind<T> kind) {
    return cache.list(kind);
  }

  @Override
  public <T extends HasMetadata> List<T> list(Kind<T> kind, Index index, String value) {
    return cache.list(kind, index, value);
  }

  /** The cache has whatever is on disk, so there is nothing more live than it. */
  @Override
  public <T extends HasMetadata> Optional<T> getLive(Kind<T> kind, Key key) {
    return cache.get(kind, key);
  }

  @Override
  public <T extends HasMetadata> T create(T object) {
    Kind<T> kind = Kind.of(object);
    return writer.call(batch -> writes.create(batch, kind, object));
  }

  @Override
  public <T extends HasMetadata> T replace(T object) {
    Kind<T> kind = Kind.of(object);
    return writer.call(batch -> writes.replace(batch, kind, object));
  }

  @Override
  public <T extends HasMetadata> T replaceStatus(T object) {
    Kind<T> kind = Kind.of(object);
    return writer.call(batch -> writes.replaceStatus(batch, kind, object));
  }

  @Override
  public <T extends HasMetadata> T patch(Kind<T> kind, Key key, JsonPatch patch) {
    return writer.call(batch -> writes.patch(batch, kind, key, patch));
  }

  @Override
  public <T extends HasMetadata> void delete(Kind<T> kind, Key key, Preconditions preconditions) {
    writer.<Boolean>call(
        batch -> {
          deletion.delete(batch, kind, key, preconditions);
          return true;
        });
  }

  @Override
  public <T extends HasMetadata> Subscription watch(Kind<T> kind, Consumer<Change<T>> listener) {
    return cache.watch(kind, listener).start();
  }

  @Override
  public void event(Notice notice) {
    writer.post(
        batch -> events.record(batch, notice),
        failure ->
            LOG.warn(
                "event {} not kept ({}): {}",
                notice.reason(),
                failure.getMessage(),
                notice.message()));
  }

  /** Finishes the writes that were handed in, ends the watches, and lets go of the file. */
  @Override
  public void close() {
    writer.close();
    cache.watchers().forEach(Watcher::close);
    database.close();
  }

  private static String suffix() {
    StringBuilder text = new StringBuilder(SUFFIX_LENGTH);
    RandomGenerator random = ThreadLocalRandom.current();
    for (int i = 0; i < SUFFIX_LENGTH; i++) {
      text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return text.toString();
  }
}
