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
import java.util.function.Supplier;

/** A cluster at whose n-th write the process dies: just before it, or just after. */
final class StoppingCluster implements Cluster {
  /** The process is dead; nothing it knew is left. */
  static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private final Cluster inner;
  private final int at;
  private final boolean after;
  private int writes;

  StoppingCluster(Cluster inner, int at, boolean after) {
    this.inner = inner;
    this.at = at;
    this.after = after;
  }

  boolean stopped() {
    return writes >= at;
  }

  private <R> R write(Supplier<R> work) {
    writes++;
    if (writes == at && !after) {
      throw new Stopped();
    }
    R result = work.get();
    if (writes == at) {
      throw new Stopped();
    }
    return result;
  }

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
    return write(() -> inner.create(object));
  }

  @Override
  public <T extends HasMetadata> T replace(T object) {
    return write(() -> inner.replace(object));
  }

  @Override
  public <T extends HasMetadata> T replaceStatus(T object) {
    return write(() -> inner.replaceStatus(object));
  }

  @Override
  public <T extends HasMetadata> T patch(Kind<T> kind, Key key, JsonPatch patch) {
    return write(() -> inner.patch(kind, key, patch));
  }

  @Override
  public <T extends HasMetadata> void delete(Kind<T> kind, Key key, Preconditions preconditions) {
    boolean _ =
        write(
            () -> {
              inner.delete(kind, key, preconditions);
              return true;
            });
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
    inner.close();
  }
}
