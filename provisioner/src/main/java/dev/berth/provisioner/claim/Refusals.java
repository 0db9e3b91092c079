package dev.berth.provisioner.claim;

import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Index;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Notice;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Klass;
import dev.berth.provisioner.object.Names;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.stream.Stream;

/** What is written when a claim's volume cannot be made here. */
final class Refusals {
  private final Cluster cluster;

  Refusals(Cluster cluster) {
    this.cluster = cluster;
  }

  /** Tells who looks at the claim, and, where there is no scheduler to do it, at its pods. */
  void tell(Seen seen, Klass klass, String why) {
    Claim claim = seen.claim();
    cluster.event(
        Notice.warning(claim.raw(), "ProvisioningFailed", Provisioner.failure(klass.name(), why)));
    if (seen.share() == Share.EVERYTHING && claim.selectedNode().isPresent()) {
      waitingPods(claim).forEach(pod -> cluster.event(unplaceable(pod, claim)));
    }
  }

  private Stream<Pod> waitingPods(Claim claim) {
    return cluster.list(Kind.POD, Index.POD_BY_CLAIM, claim.key().toString()).stream()
        .filter(
            pod -> pod.getSpec().getNodeName() == null || pod.getSpec().getNodeName().isEmpty());
  }

  private static Notice unplaceable(Pod pod, Claim claim) {
    return Notice.warning(
        pod,
        "FailedScheduling",
        "running PreBind plugin \"VolumeBinding\": binding volumes: provisioning failed for PVC \""
            + claim.key().name()
            + "\"");
  }

  /** Takes the choice of this node, and our finalizer, off a claim that is still the same. */
  void sendElsewhere(Claim claim) {
    cluster
        .getLive(Kind.CLAIM, claim.key())
        .filter(live -> live.getMetadata().getUid().equals(claim.uid()))
        .filter(live -> new Claim(live).selectedNode().equals(claim.selectedNode()))
        .ifPresent(
            live ->
                cluster.replace(
                    new PersistentVolumeClaimBuilder(live)
                        .editMetadata()
                        .removeFromAnnotations(Names.SELECTED_NODE)
                        .removeFromFinalizers(Names.CREATING_FINALIZER)
                        .endMetadata()
                        .build()));
  }
}
