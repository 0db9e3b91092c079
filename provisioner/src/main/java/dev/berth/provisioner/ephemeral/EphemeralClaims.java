package dev.berth.provisioner.ephemeral;

import static java.util.Objects.requireNonNullElse;

import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.ClusterException;
import dev.berth.provisioner.cluster.Index;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Preconditions;
import dev.berth.provisioner.cluster.Subscription;
import dev.berth.provisioner.object.EphemeralVolumes;
import dev.berth.provisioner.object.PodView;
import dev.berth.provisioner.queue.Controller;
import dev.berth.provisioner.queue.Outcome;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimTemplate;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Makes the claims of generic ephemeral volumes and deletes those whose pod is gone. Keys are
 * claims, present or to be made.
 */
public final class EphemeralClaims implements Controller {
  private final Cluster cluster;

  /** For the pods of this cluster. */
  public EphemeralClaims(Cluster cluster) {
    this.cluster = cluster;
  }

  @Override
  public String name() {
    return "ephemeral claims";
  }

  @Override
  public List<Subscription> watch(Consumer<Key> enqueue) {
    return List.of(
        cluster.watch(Kind.CLAIM, change -> enqueue.accept(change.key())),
        cluster.watch(Kind.POD, change -> claimsOf(change.object()).forEach(enqueue)));
  }

  private static List<Key> claimsOf(Pod pod) {
    return requireNonNullElse(pod.getSpec().getVolumes(), List.<Volume>of()).stream()
        .filter(volume -> volume.getEphemeral() != null)
        .map(
            volume ->
                Key.of(pod.getMetadata().getNamespace(), EphemeralVolumes.claimName(pod, volume)))
        .toList();
  }

  @Override
  public Outcome reconcile(Key key) {
    Optional<PersistentVolumeClaim> claim = cluster.get(Kind.CLAIM, key);
    if (claim.isPresent()) {
      EphemeralVolumes.owner(claim.get())
          .filter(_ -> claim.get().getMetadata().getDeletionTimestamp() == null)
          .filter(owner -> !isThere(key.namespace(), owner))
          .ifPresent(_ -> delete(claim.get()));
      return Outcome.done();
    }
    cluster.list(Kind.POD, Index.POD_BY_CLAIM, key.toString()).stream()
        .map(PodView::new)
        .filter(pod -> !pod.deleting() && !pod.ended())
        .findFirst()
        .ifPresent(pod -> make(pod.raw(), key));
    return Outcome.done();
  }

  private boolean isThere(String namespace, OwnerReference owner) {
    return cluster
        .getLive(Kind.POD, Key.of(namespace, owner.getName()))
        .filter(pod -> pod.getMetadata().getUid().equals(owner.getUid()))
        .isPresent();
  }

  private void delete(PersistentVolumeClaim claim) {
    try {
      cluster.delete(Kind.CLAIM, Key.of(claim), Preconditions.sameObject(claim));
    } catch (ClusterException.NotFound _) {
      // somebody else deleted it
    }
  }

  private void make(Pod pod, Key key) {
    EphemeralVolumes.volumeOf(pod, key.name())
        .map(volume -> claim(pod, key, volume.getEphemeral().getVolumeClaimTemplate()))
        .ifPresent(
            claim -> {
              try {
                cluster.create(claim);
              } catch (ClusterException.AlreadyExists _) {
                // the watch of claims calls again, and then it is looked at whose it is
              }
            });
  }

  private static PersistentVolumeClaim claim(
      Pod pod, Key key, PersistentVolumeClaimTemplate template) {
    ObjectMeta meta = requireNonNullElse(template.getMetadata(), new ObjectMeta());
    return new PersistentVolumeClaimBuilder()
        .withNewMetadata()
        .withNamespace(key.namespace())
        .withName(key.name())
        .withLabels(meta.getLabels())
        .withAnnotations(meta.getAnnotations())
        .withOwnerReferences(
            new OwnerReferenceBuilder()
                .withApiVersion("v1")
                .withKind("Pod")
                .withName(pod.getMetadata().getName())
                .withUid(pod.getMetadata().getUid())
                .withController(true)
                .withBlockOwnerDeletion(true)
                .build())
        .endMetadata()
        .withSpec(template.getSpec())
        .build();
  }
}
