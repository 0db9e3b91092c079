package dev.berth.provisioner.cluster.kubernetes;

import dev.berth.provisioner.cluster.CacheSpec;
import dev.berth.provisioner.cluster.Change;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Index;
import dev.berth.provisioner.cluster.JsonPatch;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Notice;
import dev.berth.provisioner.cluster.Preconditions;
import dev.berth.provisioner.cluster.Subscription;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The cluster behind an API server. Reads of a kind without a {@link CacheSpec} are a mistake of
 * the caller ({@link IllegalStateException}); {@link #getLive} and writes need none.
 */
public final class KubernetesCluster implements Cluster {
  private KubernetesCluster() {}

  /**
   * Opens the cluster and returns when every cache has its first list, however long that takes;
   * meanwhile the reason is logged. The connection stays the caller's.
   *
   * @param caches which objects to follow, each kind once
   * @throws InterruptedException if the thread is interrupted; then nothing is left running
   */
  public static KubernetesCluster open(ApiConnection connection, List<CacheSpec<?>> caches)
      throws InterruptedException {
    return new KubernetesCluster();
  }

  /** Why the caches do not follow the API server now; empty when they do. */
  public Optional<String> trouble() {
    return Optional.empty();
  }

  @Override
  public <T extends HasMetadata> Optional<T> get(Kind<T> kind, Key key) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <T extends HasMetadata> List<T> list(Kind<T> kind) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <T extends HasMetadata> List<T> list(Kind<T> kind, Index index, String value) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <T extends HasMetadata> Optional<T> getLive(Kind<T> kind, Key key) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <T extends HasMetadata> T create(T object) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <T extends HasMetadata> T replace(T object) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <T extends HasMetadata> T replaceStatus(T object) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <T extends HasMetadata> T patch(Kind<T> kind, Key key, JsonPatch patch) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <T extends HasMetadata> void delete(Kind<T> kind, Key key, Preconditions preconditions) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <T extends HasMetadata> Subscription watch(Kind<T> kind, Consumer<Change<T>> listener) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void event(Notice notice) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
