package dev.berth.provisioner;

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

/** A cluster that several use; whoever closes it closes nothing. */
record SharedCluster(Cluster inner) implements Cluster {
  @Override
  public <T extends HasMetadata> Optional<T> get(Kind<T> kind, Key key) {
    return inner.get(kind, key);
  }

  @Override
  public <T extends HasMetadata> List<T> list(Kind<T> kind) {
    return inner.list(kind);
  }

  @Override
  public <T extends HasMetadata> List<T> list(Kind<T> kind, Index index, String value) {
    return inner.list(kind, index, value);
  }

  @Override
  public <T extends HasMetadata> Optional<T> getLive(Kind<T> kind, Key key) {
    return inner.getLive(kind, key);
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
    // the others still need it
  }
}
