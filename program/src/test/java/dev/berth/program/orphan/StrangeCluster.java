package dev.berth.program.orphan;

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
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * A cluster whose cache is empty and which, from some live read on, does not answer any more.
 *
 * @param answers how many live reads are answered; counted down
 */
record StrangeCluster(Cluster inner, AtomicInteger answers) implements Cluster {
  private void live() {
    if (answers.getAndDecrement() <= 0) {
      throw new ClusterException.Unavailable("the API server cannot be reached");
    }
  }

  @Override
  public <T extends HasMetadata> Optional<T> get(Kind<T> kind, Key key) {
    return Optional.empty();
  }

  @Override
  public <T extends HasMetadata> List<T> list(Kind<T> kind) {
    return List.of();
  }

  @Override
  public <T extends HasMetadata> List<T> list(Kind<T> kind, Index index, String value) {
    return List.of();
  }

  @Override
  public <T extends HasMetadata> Optional<T> getLive(Kind<T> kind, Key key) {
    live();
    return inner.getLive(kind, key);
  }

  @Override
  public <T extends HasMetadata> void eachLive(Kind<T> kind, Consumer<T> each) {
    live();
    inner.eachLive(kind, each);
  }

  @Override
  public <T extends HasMetadata> T create(T object) {
    return inner.create(object);
  }

  @Override
  public <T extends HasMetadata> T replace(T object) {
    return inner.replace(object);
  }

  @Override
  public <T extends HasMetadata> T replaceStatus(T object) {
    return inner.replaceStatus(object);
  }

  @Override
  public <T extends HasMetadata> T patch(Kind<T> kind, Key key, JsonPatch patch) {
    return inner.patch(kind, key, patch);
  }

  @Override
  public <T extends HasMetadata> void delete(Kind<T> kind, Key key, Preconditions preconditions) {
    inner.delete(kind, key, preconditions);
  }

  @Override
  public <T extends HasMetadata> Subscription watch(Kind<T> kind, Consumer<Change<T>> listener) {
    return inner.watch(kind, listener);
  }

  @Override
  public void event(Notice notice) {
    inner.event(notice);
  }

  @Override
  public void close() {
    // the world closes it
  }
}
