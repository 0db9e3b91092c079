package dev.berth.provisioner.pod;

import dev.berth.csi.v1.CapacityRange;
import dev.berth.csi.v1.NodeExpandVolumeRequest;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Notice;
import dev.berth.provisioner.csi.CsiDriver;
import dev.berth.provisioner.quantity.Bytes;
import dev.berth.provisioner.queue.Outcome;
import dev.berth.provisioner.secret.Secrets;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimCondition;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimStatus;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** The node's half of an expansion: the filesystem follows its volume, and the claim says so. */
final class NodeExpansion {
  private static final String STORAGE = "storage";
  private static final Set<String> RESIZE_CONDITIONS =
      Set.of("Resizing", "FileSystemResizePending", "ControllerResizeError", "NodeResizeError");

  private final Layout layout;
  private final Cluster cluster;
  private final CsiMounter csi;
  private final Secrets secrets;

  NodeExpansion(Layout layout, Cluster cluster, CsiMounter csi) {
    this.layout = layout;
    this.cluster = cluster;
    this.csi = csi;
    this.secrets = new Secrets(cluster);
  }

  Outcome expand(PodRef pod, CsiMount mount, Want.Growth growth) {
    CsiDriver driver = csi.driver(mount);
    if (driver.capabilities().nodeExpand()) {
      String failed = "NodeExpandVolume failed for volume \"" + mount.pv() + "\"";
      Outcome outcome =
          CsiSecrets.with(
              secrets,
              mount.context().secrets().expand(),
              failed,
              "NodeExpandSecretRef",
              given ->
                  CsiMounter.outcome(
                      failed,
                      driver.nodeExpand(request(pod, mount, growth).putAllSecrets(given).build())));
      if (!(outcome instanceof Outcome.Done)) {
        return outcome;
      }
    }
    cluster
        .getLive(Kind.CLAIM, growth.claim())
        .ifPresent(claim -> finish(claim, pod, mount, growth));
    return Outcome.done();
  }

  private NodeExpandVolumeRequest.Builder request(PodRef pod, CsiMount mount, Want.Growth growth) {
    NodeExpandVolumeRequest.Builder request =
        NodeExpandVolumeRequest.newBuilder()
            .setVolumeId(mount.volume().handle())
            .setVolumePath(
                layout.published(pod.uid(), mount.pv(), mount.block()).target().toString())
            .setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(growth.bytes()))
            .setVolumeCapability(mount.capability());
    if (mount.stages()) {
      request.setStagingTargetPath(csi.staging(mount).target().toString());
    }
    return request;
  }

  private void finish(PersistentVolumeClaim claim, PodRef pod, CsiMount mount, Want.Growth growth) {
    if (!mount.pv().equals(claim.getSpec().getVolumeName())) {
      return; // another claim of the same name
    }
    if (!ClaimVolumes.growthIsPending(claim)) {
      return; // it was asked to grow further meanwhile, and will be the node's turn again
    }
    Bytes size = new Bytes(growth.bytes());
    PersistentVolumeClaimStatus status = claim.getStatus();
    Map<String, String> pending =
        new HashMap<>(Objects.requireNonNullElse(status.getAllocatedResourceStatuses(), Map.of()));
    pending.remove(STORAGE);
    List<PersistentVolumeClaimCondition> conditions =
        status.getConditions().stream()
            .filter(condition -> !RESIZE_CONDITIONS.contains(condition.getType()))
            .toList();
    PersistentVolumeClaim written =
        cluster.replaceStatus(
            new PersistentVolumeClaimBuilder(claim)
                .editStatus()
                .addToCapacity(STORAGE, size.toQuantity())
                .withAllocatedResourceStatuses(pending)
                .withConditions(conditions)
                .endStatus()
                .build());
    String message =
        "MountVolume.NodeExpandVolume succeeded for volume \"" + mount.pv() + "\": " + size;
    cluster.event(Notice.normal(written, "FileSystemResizeSuccessful", message));
    cluster.event(
        new Notice(pod.reference(), Notice.Type.NORMAL, "FileSystemResizeSuccessful", message));
  }

  /** Tells the claim's users too, for they asked for the growth. */
  void failed(Key claim, String why) {
    cluster
        .get(Kind.CLAIM, claim)
        .ifPresent(found -> cluster.event(Notice.warning(found, "VolumeResizeFailed", why)));
  }
}
