package dev.berth.provisioner.orphan;

import dev.berth.provisioner.cluster.Change;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Subscription;
import dev.berth.provisioner.object.Volume;
import dev.berth.provisioner.queue.Controller;
import dev.berth.provisioner.queue.Outcome;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import java.util.List;
import java.util.function.Consumer;

/**
 * Writes down with each volume whose PV is seen that it was. Keys are volume handles, not PVs, so
 * that one that is gone when its turn comes was seen all the same.
 */
public final class AcknowledgeController implements Controller {
  private final Orphans orphans;

  public AcknowledgeController(Orphans orphans) {
    this.orphans = orphans;
  }

  @Override
  public String name() {
    return "acknowledge";
  }

  @Override
  public List<Subscription> watch(Consumer<Key> enqueue) {
    return List.of(orphans.cluster().watch(Kind.VOLUME, change -> changed(change, enqueue)));
  }

  /** The handle of a PV never changes. */
  private void changed(Change<PersistentVolume> change, Consumer<Key> enqueue) {
    if (change instanceof Change.Added<PersistentVolume>) {
      new Volume(change.object())
          .csi()
          .filter(csi -> orphans.settings().driver().equals(csi.getDriver()))
          .map(csi -> csi.getVolumeHandle())
          .filter(handle -> !handle.isEmpty())
          .ifPresent(handle -> enqueue.accept(Key.of(handle)));
    }
  }

  @Override
  public Outcome reconcile(Key key) {
    try {
      orphans.pools().acknowledge(key.name());
      return Outcome.done();
    } catch (PoolContents.FailedException e) {
      return Outcome.failed(String.valueOf(e.getMessage()));
    }
  }
}
