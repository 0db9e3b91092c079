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

/** Another cluster, looked at through this one, which may do some of it otherwise. */
public class Through implements Cluster {
  private final Cluster real;

  protected Through(Cluster real) {
    this.real = real;
  }

  @Override
  public <T extends HasMetadata> Optional<T> get(Kind<T> kind, Key key) {
    return real.get(kind, key);
  }

  @Override
  public <T extends HasMetadata> List<T> list(Kind<T> kind) {
    return real.list(kind);
  }

  @Override
  public <T extends HasMetadata> List<T> list(Kind<T> kind, Index index, String value) {
    return real.list(kind, index, value);
  }

  @Override
  public <T extends HasMetadata> Optional<T> getLive(Kind<T> kind, Key key) {
    return real.getLive(kind, key);
  }

  @Override
  public <T extends HasMetadata> void eachLive(Kind<T> kind, Consumer<T> each) {
    real.eachLive(kind, each);
  }

  @Override
  public <T extends HasMetadata> T create(T object) {
    return real.create(object);
  }

  @Override
  public <T extends HasMetadata> T replace(T object) {
    return real.replace(object);
  }

  @Override
  public <T extends HasMetadata> T replaceStatus(T object) {
    return real.replaceStatus(object);
  }

  @Override
  public <T extends HasMetadata> T patch(Kind<T> kind, Key key, JsonPatch patch) {
    return real.patch(kind, key, patch);
  }

  @Override
  public <T extends HasMetadata> void delete(Kind<T> kind, Key key, Preconditions preconditions) {
    real.delete(kind, key, preconditions);
  }

  @Override
  public <T extends HasMetadata> Subscription watch(Kind<T> kind, Consumer<Change<T>> listener) {
    return real.watch(kind, listener);
  }

  @Override
  public void event(Notice notice) {
    real.event(notice);
  }

  @Override
  public void close() {
    real.close();
  }
}
