package dev.berth.provisioner.lost;

import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Notice;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Names;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;

/** Claims that wait for a node which cannot be waited for. */
final class WaitingClaims {
  private final Cluster cluster;

  WaitingClaims(Cluster cluster) {
    this.cluster = cluster;
  }

  /**
   * Takes the choice of the node off the claim, so that the scheduler, or we, choose another. Our
   * finalizer goes with it: what the node may have begun cannot be asked for, and would keep a
   * claim that is deleted for ever.
   */
  void release(Claim seen, String node, String why) {
    cluster
        .getLive(Kind.CLAIM, seen.key())
        .filter(live -> LostNodeController.sameObject(live, seen.raw()))
        .filter(live -> stillWaits(new Claim(live), node))
        .ifPresent(live -> write(live, node, why));
  }

  private static boolean stillWaits(Claim claim, String node) {
    return claim.volumeName().isEmpty() && claim.selectedNode().filter(node::equals).isPresent();
  }

  private void write(PersistentVolumeClaim live, String node, String why) {
    boolean begun = new Claim(live).hasFinalizer(Names.CREATING_FINALIZER);
    cluster.replace(
        new PersistentVolumeClaimBuilder(live)
            .editMetadata()
            .removeFromAnnotations(Names.SELECTED_NODE)
            .removeFromFinalizers(Names.CREATING_FINALIZER)
            .endMetadata()
            .build());
    cluster.event(
        Notice.warning(
            live,
            "ProvisioningFailed",
            "node "
                + node
                + ", where the volume was to be made, "
                + why
                + ": another node is chosen"
                + (begun
                    ? "; should it come back, it may have an empty volume named pvc-"
                        + live.getMetadata().getUid()
                        + " that nobody uses"
                    : "")));
  }
}
