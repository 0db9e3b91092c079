package dev.berth.provisioner.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.csi.v1.NodeExpandVolumeRequest;
import dev.berth.csi.v1.NodePublishVolumeRequest;
import dev.berth.csi.v1.NodeStageVolumeRequest;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secrets that the PersistentVolume names for the calls on the node. */
class NodeSecretsTest {
  @TempDir Path dir;
  private Machine machine;
  private PersistentVolumeClaim claim;

  @BeforeEach
  void start() throws IOException {
    machine = new Machine(dir);
    claim =
        machine.boundClaim(
            "data",
            "ReadWriteOnce",
            "Filesystem",
            pv ->
                pv.editSpec()
                    .editCsi()
                    .withNewNodeStageSecretRef("stage", "default")
                    .withNewNodePublishSecretRef("publish", "default")
                    .withNewNodeExpandSecretRef("expand", "default")
                    .endCsi()
                    .endSpec());
  }

  @AfterEach
  void stop() {
    machine.close();
  }

  private void secret(String name) {
    machine.cluster.create(
        new SecretBuilder()
            .withNewMetadata()
            .withNamespace("default")
            .withName(name)
            .endMetadata()
            .addToStringData("key", "of " + name)
            .build());
  }

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
            .addToAllocatedResourceStatuses("storage", "NodeResizePending")
            .endStatus()
            .build());
  }

  @Test
  void each_call_gets_its_own_and_one_that_is_missing_is_waited_for() {
    machine.start();
    Pod pod = machine.pod("one", Machine.claimVolume("data", "data"));
    machine.awaitEvent(
        pod,
        "FailedMount: MountVolume.MountDevice failed for volume \"pv-data\" : fetching"
            + " NodeStageSecretRef default/stage failed: error getting secret default/stage:"
            + " secrets \"stage\" not found; create it, or correct the StorageClass");
    assertThat(machine.csi.calls()).isEmpty();
    secret("stage");
    secret("publish");
    machine.awaitMounted(pod);
    controllerHasExpanded();
    await()
        .untilAsserted(
            () ->
                assertThat(machine.events(pod))
                    .contains(
                        "VolumeResizeFailed: NodeExpandVolume failed for volume \"pv-data\" :"
                            + " fetching NodeExpandSecretRef default/expand failed: error getting"
                            + " secret default/expand: secrets \"expand\" not found; create it, or"
                            + " correct the StorageClass"));
    secret("expand");
    await()
        .untilAsserted(
            () -> assertThat(machine.csi.requests(NodeExpandVolumeRequest.class)).hasSize(1));
    assertThat(machine.csi.requests(NodeStageVolumeRequest.class))
        .allSatisfy(q -> assertThat(q.getSecretsMap()).isEqualTo(Map.of("key", "of stage")));
    assertThat(machine.csi.requests(NodePublishVolumeRequest.class))
        .allSatisfy(q -> assertThat(q.getSecretsMap()).isEqualTo(Map.of("key", "of publish")));
    assertThat(machine.csi.requests(NodeExpandVolumeRequest.class))
        .allSatisfy(q -> assertThat(q.getSecretsMap()).isEqualTo(Map.of("key", "of expand")));
  }
}
