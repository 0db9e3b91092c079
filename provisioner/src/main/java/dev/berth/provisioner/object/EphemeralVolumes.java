package dev.berth.provisioner.object;

import static java.util.Objects.requireNonNullElse;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.List;
import java.util.Optional;

/** Which generic ephemeral volume of a pod has which claim (KEP-1698). */
public final class EphemeralVolumes {
  private EphemeralVolumes() {}

  /** The name of the claim of a volume. */
  public static String claimName(Pod pod, Volume volume) {
    return pod.getMetadata().getName() + "-" + volume.getName();
  }

  /** The generic ephemeral volume of the pod whose claim has this name. */
  public static Optional<Volume> volumeOf(Pod pod, String claim) {
    return requireNonNullElse(pod.getSpec().getVolumes(), List.<Volume>of()).stream()
        .filter(volume -> volume.getEphemeral() != null)
        .filter(volume -> claimName(pod, volume).equals(claim))
        .findFirst();
  }

  /** The pod that a claim was made for. */
  public static Optional<OwnerReference> owner(PersistentVolumeClaim claim) {
    return requireNonNullElse(claim.getMetadata().getOwnerReferences(), List.<OwnerReference>of())
        .stream()
        .filter(ref -> "Pod".equals(ref.getKind()) && Boolean.TRUE.equals(ref.getController()))
        .findFirst();
  }

  /** Why a pod may not use a claim that has the name of its ephemeral volume's; empty if it may. */
  public static Optional<String> conflict(Pod pod, PersistentVolumeClaim claim) {
    String uid = pod.getMetadata().getUid();
    if (owner(claim).filter(ref -> uid.equals(ref.getUid())).isPresent()) {
      return Optional.empty();
    }
    String namespace = pod.getMetadata().getNamespace() + "/";
    return Optional.of(
        "PVC \""
            + namespace
            + claim.getMetadata().getName()
            + "\" was not created for pod \""
            + namespace
            + pod.getMetadata().getName()
            + "\" (pod is not owner); delete it, or rename the pod or its volume");
  }
}
