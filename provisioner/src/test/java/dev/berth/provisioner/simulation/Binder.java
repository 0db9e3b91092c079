package dev.berth.provisioner.simulation;

import dev.berth.provisioner.cluster.Index;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.embedded.MemoryStore;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Klass;
import dev.berth.provisioner.object.Names;
import dev.berth.provisioner.object.Volume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import java.util.Optional;

/**
 * What kube-controller-manager does to bind claims, one write at a time and always right: it asks
 * for a volume, then binds volume and claim, whether or not somebody else is faster.
 */
final class Binder {
  private final MemoryStore store;
  private final String driver;

  Binder(MemoryStore store, String driver) {
    this.store = store;
    this.driver = driver;
  }

  /** The next write for a claim; empty when there is none. */
  Optional<Runnable> due(Claim claim) {
    if (claim.deleting() || !served(claim)) {
      return Optional.empty();
    }
    Optional<Volume> own = own(claim);
    if (own.isPresent()) {
      return bind(claim, own.get());
    }
    boolean ask = claim.volumeName().isEmpty() && !claim.asks(driver) && wanted(claim);
    return ask ? Optional.of(() -> ask(claim)) : Optional.empty();
  }

  private boolean served(Claim claim) {
    return klass(claim).filter(klass -> klass.provisioner().equals(driver)).isPresent();
  }

  private Optional<Klass> klass(Claim claim) {
    return claim
        .className()
        .filter(name -> !name.isEmpty())
        .flatMap(name -> store.get(Kind.STORAGE_CLASS, Key.of(name)))
        .map(Klass::new);
  }

  private boolean wanted(Claim claim) {
    return klass(claim)
        .filter(klass -> !klass.waitsForConsumer() || claim.selectedNode().isPresent())
        .isPresent();
  }

  private Optional<Volume> own(Claim claim) {
    return store.list(Kind.VOLUME, Index.VOLUME_BY_CLAIM, claim.key().toString()).stream()
        .map(Volume::new)
        .filter(volume -> volume.isOf(claim) && !volume.deleting())
        .filter(volume -> claim.volumeName().map(volume.name()::equals).orElse(true))
        .findFirst();
  }

  private void ask(Claim claim) {
    store.replace(
        new PersistentVolumeClaimBuilder(claim.raw())
            .editMetadata()
            .addToAnnotations(Names.STORAGE_PROVISIONER, driver)
            .addToAnnotations(Names.BETA_STORAGE_PROVISIONER, driver)
            .endMetadata()
            .build());
  }

  private Optional<Runnable> bind(Claim claim, Volume volume) {
    if (!volume.phase().equals("Bound")) {
      return Optional.of(() -> bound(volume));
    }
    if (claim.volumeName().isEmpty() || !claim.bindCompleted()) {
      return Optional.of(() -> take(claim, volume));
    }
    return claim.phase().equals("Bound")
        ? Optional.empty()
        : Optional.of(() -> bound(claim, volume));
  }

  private void bound(Volume volume) {
    store.replaceStatus(
        new PersistentVolumeBuilder(volume.raw())
            .editOrNewStatus()
            .withPhase("Bound")
            .endStatus()
            .build());
  }

  private void take(Claim claim, Volume volume) {
    store.replace(
        new PersistentVolumeClaimBuilder(claim.raw())
            .editMetadata()
            .addToAnnotations(Names.BIND_COMPLETED, "yes")
            .addToAnnotations(Names.BOUND_BY_CONTROLLER, "yes")
            .endMetadata()
            .editSpec()
            .withVolumeName(volume.name())
            .endSpec()
            .build());
  }

  private void bound(Claim claim, Volume volume) {
    store.replaceStatus(
        new PersistentVolumeClaimBuilder(claim.raw())
            .editOrNewStatus()
            .withPhase("Bound")
            .withCapacity(volume.raw().getSpec().getCapacity())
            .withAccessModes(volume.raw().getSpec().getAccessModes())
            .endStatus()
            .build());
  }
}
