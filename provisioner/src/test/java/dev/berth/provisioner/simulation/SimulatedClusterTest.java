package dev.berth.provisioner.simulation;

import dev.berth.provisioner.Through;
import dev.berth.provisioner.cluster.Change;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.ClusterContract;
import dev.berth.provisioner.cluster.JsonPatch;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Notice;
import dev.berth.provisioner.cluster.Preconditions;
import dev.berth.provisioner.cluster.Subscription;
import dev.berth.provisioner.cluster.cache.Watcher;
import dev.berth.provisioner.cluster.embedded.MemoryStore;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.function.Consumer;

/** What the simulator runs on keeps the contract that the real clusters keep. */
final class SimulatedClusterTest extends ClusterContract {
  /** Whoever watches is told at once what the world would tell in its own time. */
  private static final class Telling extends Through {
    private final SimulatedCluster cluster;

    Telling(SimulatedCluster cluster) {
      super(cluster);
      this.cluster = cluster;
    }

    private <R> R tell(R result) {
      cluster.catchUp();
      for (Watcher<?> watcher : List.copyOf(cluster.watchers())) {
        while (watcher.step()) {
          // the next
        }
      }
      return result;
    }

    @Override
    public <T extends HasMetadata> T create(T object) {
      return tell(super.create(object));
    }

    @Override
    public <T extends HasMetadata> T replace(T object) {
      return tell(super.replace(object));
    }

    @Override
    public <T extends HasMetadata> T replaceStatus(T object) {
      return tell(super.replaceStatus(object));
    }

    @Override
    public <T extends HasMetadata> T patch(Kind<T> kind, Key key, JsonPatch patch) {
      return tell(super.patch(kind, key, patch));
    }

    @Override
    public <T extends HasMetadata> void delete(Kind<T> kind, Key key, Preconditions asked) {
      super.delete(kind, key, asked);
      var _ = tell(key);
    }

    @Override
    public <T extends HasMetadata> Subscription watch(Kind<T> kind, Consumer<Change<T>> listener) {
      return tell(super.watch(kind, listener));
    }

    @Override
    public void event(Notice notice) {
      super.event(notice);
      var _ = tell(notice);
    }
  }

  @SuppressWarnings("NullAway.Init") // open() runs before each test
  private Cluster cluster;

  @Override
  protected void open() {
    MemoryStore store = new MemoryStore(new VirtualTime());
    cluster = new Telling(new SimulatedCluster(store, true, Pauses.NEVER));
  }

  @Override
  public Cluster cluster() {
    return cluster;
  }
}
