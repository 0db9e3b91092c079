package dev.berth.provisioner;

import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Subscription;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Volume;
import dev.berth.provisioner.queue.Controller;
import dev.berth.provisioner.queue.Outcome;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What kube-controller-manager does with a PV whose claim is gone: it is Released. Keys are PVs.
 */
final class Rest implements Controller {
  private final Cluster cluster;

  Rest(Cluster cluster) {
    this.cluster = cluster;
  }

  @Override
  public String name() {
    return "the rest of kube-controller-manager";
  }

  @Override
  public List<Subscription> watch(Consumer<Key> enqueue) {
    return List.of(
        cluster.watch(Kind.VOLUME, change -> enqueue.accept(change.key())),
        cluster.watch(
            Kind.CLAIM,
            change ->
                Optional.ofNullable(change.object().getSpec().getVolumeName())
                    .map(Key::of)
                    .ifPresent(enqueue)));
  }

  @Override
  public Outcome reconcile(Key key) {
    cluster
        .get(Kind.VOLUME, key)
        .map(Volume::new)
        .filter(volume -> volume.phase().equals("Bound") && !hasOwner(volume))
        .ifPresent(volume -> cluster.replaceStatus(released(volume)));
    return Outcome.done();
  }

  private boolean hasOwner(Volume volume) {
    return volume
        .claimKey()
        .flatMap(key -> cluster.getLive(Kind.CLAIM, key))
        .map(Claim::new)
        .filter(volume::isOf)
        .isPresent();
  }

  private static PersistentVolume released(Volume volume) {
    return new PersistentVolumeBuilder(volume.raw())
        .editStatus()
        .withPhase("Released")
        .endStatus()
        .build();
  }
}
