package dev.berth.provisioner.protection;

import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Subscription;
import dev.berth.provisioner.object.Names;
import dev.berth.provisioner.object.Volume;
import dev.berth.provisioner.queue.Controller;
import dev.berth.provisioner.queue.Outcome;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Keeps {@code kubernetes.io/pv-protection} on PVs while they are bound. Keys are PVs. */
public final class VolumeProtection implements Controller {
  private final Cluster cluster;

  /** Protects the PVs of this cluster. */
  public VolumeProtection(Cluster cluster) {
    this.cluster = cluster;
  }

  @Override
  public String name() {
    return "volume protection";
  }

  @Override
  public List<Subscription> watch(Consumer<Key> enqueue) {
    return List.of(cluster.watch(Kind.VOLUME, change -> enqueue.accept(change.key())));
  }

  @Override
  public Outcome reconcile(Key key) {
    Optional<Volume> found = cluster.get(Kind.VOLUME, key).map(Volume::new);
    if (found.isEmpty()) {
      return Outcome.done();
    }
    Volume volume = found.get();
    boolean has = volume.hasFinalizer(Names.VOLUME_PROTECTION);
    switch (Step.decide(volume.deleting(), has, volume.phase().equals("Bound"))) {
      case KEEP -> {}
      case ADD ->
          cluster.replace(
              new PersistentVolumeBuilder(volume.raw())
                  .editMetadata()
                  .addToFinalizers(Names.VOLUME_PROTECTION)
                  .endMetadata()
                  .build());
      case REMOVE ->
          cluster.replace(
              new PersistentVolumeBuilder(volume.raw())
                  .editMetadata()
                  .removeFromFinalizers(Names.VOLUME_PROTECTION)
                  .endMetadata()
                  .build());
    }
    return Outcome.done();
  }
}
