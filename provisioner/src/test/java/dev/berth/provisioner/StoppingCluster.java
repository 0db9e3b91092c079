package dev.berth.provisioner;

import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.JsonPatch;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Preconditions;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.function.Supplier;

/** A cluster at whose n-th write the process dies: just before it, or just after. */
final class StoppingCluster extends Through {
  /** The process is dead; nothing it knew is left. */
  static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private final int at;
  private final boolean after;
  private int writes;

  StoppingCluster(Cluster inner, int at, boolean after) {
    super(inner);
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
  public <T extends HasMetadata> T create(T object) {
    return write(() -> super.create(object));
  }

  @Override
  public <T extends HasMetadata> T replace(T object) {
    return write(() -> super.replace(object));
  }

  @Override
  public <T extends HasMetadata> T replaceStatus(T object) {
    return write(() -> super.replaceStatus(object));
  }

  @Override
  public <T extends HasMetadata> T patch(Kind<T> kind, Key key, JsonPatch patch) {
    return write(() -> super.patch(kind, key, patch));
  }

  @Override
  public <T extends HasMetadata> void delete(Kind<T> kind, Key key, Preconditions preconditions) {
    boolean _ =
        write(
            () -> {
              super.delete(kind, key, preconditions);
              return true;
            });
  }
}
