package dev.berth.provisioner;

import dev.berth.provisioner.object.Claim;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the roles do not keep of the objects that they watch; each changes its argument. */
final class Trims {
  /** Annotations of Kubernetes about binding and provisioning; the rest is for others. */
  private static final List<String> READ =
      List.of("pv.kubernetes.io/", "volume.kubernetes.io/", "volume.beta.kubernetes.io/", "berth.");

  private Trims() {}

  /** Who wrote which field is never read. */
  static <T extends HasMetadata> T any(T object) {
    object.getMetadata().setManagedFields(null);
    return object;
  }

  /** An unbound claim is kept whole, for secrets may be named after its annotations. */
  static PersistentVolumeClaim claim(PersistentVolumeClaim claim) {
    any(claim);
    if (new Claim(claim).phase().equals("Bound")) {
      claim.getMetadata().setLabels(null);
      onlyOurAnnotations(claim.getMetadata());
      claim.getStatus().setConditions(List.of());
    }
    return claim;
  }

  /** Where a volume can be used, and how, matters to schedulers and kubelets. */
  static PersistentVolume volume(PersistentVolume volume) {
    any(volume);
    onlyOurAnnotations(volume.getMetadata());
    volume.getSpec().setNodeAffinity(null);
    volume.getSpec().setMountOptions(List.of());
    if (volume.getSpec().getCsi() != null) {
      volume.getSpec().getCsi().setVolumeAttributes(null);
    }
    return volume;
  }

  /** Of a node its name, its labels, whether it is well, and its volumes; images are the most. */
  static Node node(Node node) {
    any(node);
    node.getMetadata().setAnnotations(null);
    if (node.getStatus() != null) {
      NodeStatus kept = new NodeStatus();
      kept.setConditions(node.getStatus().getConditions());
      kept.setVolumesAttached(node.getStatus().getVolumesAttached());
      kept.setVolumesInUse(node.getStatus().getVolumesInUse());
      node.setStatus(kept);
    }
    return node;
  }

  /** Of a pod where it is, which volumes it has, and whether its containers run. */
  static Pod pod(Pod pod) {
    any(pod);
    pod.getMetadata().setAnnotations(null);
    pod.getMetadata().setLabels(null);
    PodSpec spec = new PodSpec();
    spec.setNodeName(pod.getSpec().getNodeName());
    spec.setVolumes(pod.getSpec().getVolumes());
    pod.setSpec(spec);
    if (pod.getStatus() != null) {
      PodStatus kept = new PodStatus();
      kept.setPhase(pod.getStatus().getPhase());
      kept.setContainerStatuses(pod.getStatus().getContainerStatuses());
      pod.setStatus(kept);
    }
    return pod;
  }

  private static void onlyOurAnnotations(ObjectMeta meta) {
    if (meta.getAnnotations() != null) {
      Map<String, String> kept = new TreeMap<>(meta.getAnnotations());
      kept.keySet().removeIf(key -> READ.stream().noneMatch(key::startsWith));
      meta.setAnnotations(kept);
    }
  }
}
