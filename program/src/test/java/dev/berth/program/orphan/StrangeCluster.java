package dev.berth.program.orphan;

import dev.berth.provisioner.Through;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.ClusterException;
import dev.berth.provisioner.cluster.Index;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A cluster whose cache is empty and which, from some live read on, does not answer any more. */
final class StrangeCluster extends Through {
  private final AtomicInteger answers;

  /**
   * Looks at {@code inner}.
   *
   * @param answers how many live reads are answered; counted down
   */
  StrangeCluster(Cluster inner, AtomicInteger answers) {
    super(inner);
    this.answers = answers;
  }

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
    return super.getLive(kind, key);
  }

  @Override
  public <T extends HasMetadata> void eachLive(Kind<T> kind, Consumer<T> each) {
    live();
    super.eachLive(kind, each);
  }

  @Override
  public void close() {
    // the world closes it
  }
}
