package dev.berth.provisioner.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.csi.v1.NodeExpandVolumeRequest;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimCondition;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeExpansionTest {
  @TempDir Path dir;
  private Machine machine;
  private PersistentVolumeClaim claim;
  private Pod pod;

  @BeforeEach
  void a_mounted_volume() throws IOException {
    machine = new Machine(dir);
    claim = machine.boundClaim("data");
    machine.start();
    pod = machine.pod("one", Machine.claimVolume("data", "data"));
    await().untilAsserted(() -> assertThat(machine.reason(pod)).isEqualTo("VolumesMounted"));
  }

  @AfterEach
  void stop() {
    machine.close();
  }

  /** What the controller's half of an expansion to 128Mi leaves behind. */
  private void controllerHasExpanded() {
    machine.cluster.replace(
        new PersistentVolumeBuilder(
                machine.cluster.get(Kind.VOLUME, Key.of("pv-data")).orElseThrow())
            .editSpec()
            .addToCapacity("storage", new Quantity("128Mi"))
            .endSpec()
            .build());
    machine.cluster.replaceStatus(
        new PersistentVolumeClaimBuilder(
                machine.cluster.get(Kind.CLAIM, Key.of(claim)).orElseThrow())
            .editStatus()
            .addToAllocatedResources("storage", new Quantity("128Mi"))
            .addToAllocatedResourceStatuses("storage", "NodeResizePending")
            .addNewCondition()
            .withType("FileSystemResizePending")
            .withStatus("True")
            .endCondition()
            .addNewCondition()
            .withType("Unrelated")
            .withStatus("True")
            .endCondition()
            .endStatus()
            .build());
  }

  private PersistentVolumeClaim claimNow() {
    return machine.cluster.get(Kind.CLAIM, Key.of(claim)).orElseThrow();
  }

  private void awaitGrown() {
    await()
        .untilAsserted(
            () ->
                assertThat(claimNow().getStatus().getCapacity())
                    .containsEntry("storage", new Quantity("128Mi")));
  }

  @Test
  void the_filesystem_follows_and_the_claim_says_so() {
    controllerHasExpanded();
    awaitGrown();
    NodeExpandVolumeRequest request =
        machine.csi.requests(NodeExpandVolumeRequest.class).getFirst();
    assertThat(request.getCapacityRange().getRequiredBytes()).isEqualTo(128L << 20);
    assertThat(request.getVolumePath())
        .isEqualTo(
            machine
                .layout
                .published(pod.getMetadata().getUid(), "pv-data", false)
                .target()
                .toString());
    assertThat(request.getStagingTargetPath()).endsWith("/globalmount");
    assertThat(claimNow().getStatus().getAllocatedResourceStatuses()).isEmpty();
    assertThat(claimNow().getStatus().getConditions())
        .extracting(PersistentVolumeClaimCondition::getType)
        .containsExactly("Unrelated");
    String event =
        "FileSystemResizeSuccessful: MountVolume.NodeExpandVolume succeeded for volume \"pv-data\": 128Mi";
    await()
        .untilAsserted(
            () -> assertThat(machine.events(claim.getMetadata().getUid())).contains(event));
    await().untilAsserted(() -> assertThat(machine.events(pod)).contains(event));
  }

  @Test
  void a_refusal_is_told_to_the_claim_and_the_pod_and_tried_again() {
    machine.csi.fail(
        "Expand",
        "vol-data",
        Status.FAILED_PRECONDITION.withDescription("growing needs CAP_SYS_RESOURCE"));
    controllerHasExpanded();
    awaitGrown();
    String event =
        "VolumeResizeFailed: NodeExpandVolume failed for volume \"pv-data\" : rpc error: code = FailedPrecondition desc = growing needs CAP_SYS_RESOURCE";
    await()
        .untilAsserted(
            () -> assertThat(machine.events(claim.getMetadata().getUid())).contains(event));
    await().untilAsserted(() -> assertThat(machine.events(pod)).contains(event));
  }
}
