package dev.berth.provisioner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.object.Names;
import dev.berth.provisioner.object.Volume;
import dev.berth.provisioner.quantity.Bytes;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.storage.StorageClassBuilder;
import io.grpc.Status;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class OneClaimTest {
  @TempDir private Path folder;
  private Machine machine;

  @BeforeEach
  void start() {
    machine = new Machine(folder);
  }

  @AfterEach
  void stop() {
    machine.close();
  }

  private void bindImmediately(String name) {
    machine.cluster().create(Objects.klass("fast").build());
    machine.cluster().create(Objects.claim(name, "fast").build());
    machine.settle();
  }

  @Test
  void a_claim_is_provisioned_and_bound_both_ways() {
    bindImmediately("data");
    assertThat(machine.claim("data").phase()).isEqualTo("Bound");
    assertThat(machine.claim("data").capacity()).isEqualTo(new Bytes(64 << 20));
    assertThat(machine.claim("data").raw().getStatus().getAccessModes())
        .containsExactly("ReadWriteOnce");
    assertThat(machine.claim("data").raw().getMetadata().getAnnotations())
        .containsEntry(Names.BIND_COMPLETED, "yes")
        .containsEntry(Names.BOUND_BY_CONTROLLER, "yes")
        .containsEntry(Names.STORAGE_PROVISIONER, FakeCsi.NAME)
        .containsEntry(Names.BETA_STORAGE_PROVISIONER, FakeCsi.NAME);
    assertThat(machine.claim("data").raw().getMetadata().getFinalizers())
        .containsExactly(Names.CLAIM_PROTECTION);
    assertThat(machine.events(machine.claim("data").uid()))
        .containsExactlyInAnyOrder(
            "Provisioning: External provisioner is provisioning volume for claim"
                + " \"default/data\"",
            "ProvisioningSucceeded: Successfully provisioned volume pvc-"
                + machine.claim("data").uid());
  }

  @Test
  void the_volume_is_written_as_external_provisioner_writes_it() {
    machine
        .cluster()
        .create(
            Objects.klass("fast")
                .withParameters(Map.of("csi.storage.k8s.io/fstype", "ext4", "pool", "main"))
                .withMountOptions("noatime")
                .build());
    machine.cluster().create(Objects.claim("data", "fast").build());
    machine.settle();
    String uid = machine.claim("data").uid();
    PersistentVolume volume = machine.volumeOf("data").raw();
    assertThat(volume.getMetadata().getName()).isEqualTo("pvc-" + uid);
    assertThat(volume.getMetadata().getAnnotations())
        .containsEntry(Names.PROVISIONED_BY, FakeCsi.NAME)
        .containsEntry(Names.DELETION_SECRET_NAME, "")
        .containsEntry(Names.DELETION_SECRET_NAMESPACE, "");
    assertThat(volume.getMetadata().getLabels()).containsEntry(FakeCsi.TOPOLOGY, FakeCsi.NODE);
    assertThat(volume.getMetadata().getFinalizers())
        .containsExactlyInAnyOrder(Names.PROVISIONER_FINALIZER, Names.VOLUME_PROTECTION);
    assertThat(volume.getSpec().getClaimRef().getUid()).isEqualTo(uid);
    assertThat(volume.getSpec().getCapacity()).containsEntry("storage", new Quantity("64Mi"));
    assertThat(volume.getSpec().getMountOptions()).containsExactly("noatime");
    assertThat(volume.getSpec().getPersistentVolumeReclaimPolicy()).isEqualTo("Delete");
    assertThat(volume.getSpec().getStorageClassName()).isEqualTo("fast");
    assertThat(volume.getSpec().getCsi().getFsType()).isEqualTo("ext4");
    assertThat(volume.getSpec().getCsi().getVolumeHandle()).isEqualTo("pool0001.pvc-" + uid);
    assertThat(volume.getSpec().getCsi().getVolumeAttributes())
        .containsEntry("pool", "main")
        .containsEntry(Names.PROVISIONER_IDENTITY, "1-2-" + FakeCsi.NAME + "-" + FakeCsi.NODE);
    var term = volume.getSpec().getNodeAffinity().getRequired().getNodeSelectorTerms().getFirst();
    assertThat(term.getMatchExpressions())
        .singleElement()
        .satisfies(
            in -> {
              assertThat(in.getKey()).isEqualTo(FakeCsi.TOPOLOGY);
              assertThat(in.getOperator()).isEqualTo("In");
              assertThat(in.getValues()).containsExactly(FakeCsi.NODE);
            });
    assertThat(volume.getStatus().getPhase()).isEqualTo("Bound");
    assertThat(machine.csi().request("pvc-" + uid).orElseThrow().getParametersMap())
        .isEqualTo(
            Map.of(
                "pool", "main",
                "csi.storage.k8s.io/pvc/name", "data",
                "csi.storage.k8s.io/pvc/namespace", "default",
                "csi.storage.k8s.io/pv/name", "pvc-" + uid));
  }

  @Test
  void a_claim_that_waits_for_its_consumer_is_made_when_the_pod_comes() {
    machine.cluster().create(Objects.waiting("local"));
    machine.cluster().create(Objects.claim("data", "local").build());
    machine.settle();
    assertThat(machine.claim("data").phase()).isEqualTo("Pending");
    assertThat(machine.csi().volumes()).isEmpty();
    assertThat(machine.events(machine.claim("data").uid()))
        .containsExactly(
            "WaitForFirstConsumer: waiting for first consumer to be created before binding");

    machine.cluster().create(Objects.pod("web", "data"));
    machine.settle();
    assertThat(machine.claim("data").phase()).isEqualTo("Bound");
    assertThat(machine.claim("data").selectedNode()).contains(FakeCsi.NODE);
    assertThat(machine.pod("web").getSpec().getNodeName()).isEqualTo(FakeCsi.NODE);
    assertThat(machine.pod("web").getStatus().getConditions())
        .anySatisfy(
            condition -> {
              assertThat(condition.getType()).isEqualTo("PodScheduled");
              assertThat(condition.getStatus()).isEqualTo("True");
            });
    assertThat(machine.events(machine.pod("web").getMetadata().getUid()))
        .contains("Scheduled: Successfully assigned default/web to " + FakeCsi.NODE);
  }

  @Test
  void a_claim_without_a_class_takes_the_default_also_when_it_comes_later() {
    machine
        .cluster()
        .create(Objects.claim("data", "x").editSpec().withStorageClassName(null).endSpec().build());
    machine.settle();
    assertThat(machine.claim("data").phase()).isEqualTo("Pending");
    assertThat(machine.events(machine.claim("data").uid()))
        .containsExactly(
            "FailedBinding: no persistent volumes available for this claim and no storage class is"
                + " set");

    machine
        .cluster()
        .create(
            Objects.klass("standard")
                .editMetadata()
                .addToAnnotations(Names.DEFAULT_CLASS, "true")
                .endMetadata()
                .build());
    machine.settle();
    assertThat(machine.claim("data").className()).contains("standard");
    assertThat(machine.claim("data").phase()).isEqualTo("Bound");
  }

  @Test
  void deleting_the_claim_deletes_volume_and_pv() {
    bindImmediately("data");
    machine.delete(Kind.CLAIM, "data");
    machine.settle();
    assertThat(machine.cluster().list(Kind.CLAIM)).isEmpty();
    assertThat(machine.cluster().list(Kind.VOLUME)).isEmpty();
    assertThat(machine.csi().volumes()).isEmpty();
  }

  @Test
  void a_retained_volume_outlives_its_claim_and_its_pv() {
    machine.cluster().create(Objects.klass("kept").withReclaimPolicy("Retain").build());
    machine.cluster().create(Objects.claim("data", "kept").build());
    machine.settle();
    String volume = machine.volumeOf("data").name();
    assertThat(machine.volumeOf("data").hasFinalizer(Names.PROVISIONER_FINALIZER)).isFalse();
    machine.delete(Kind.CLAIM, "data");
    machine.settle();
    assertThat(
            machine.cluster().get(Kind.VOLUME, Key.of(volume)).orElseThrow().getStatus().getPhase())
        .isEqualTo("Released");
    machine.delete(Kind.VOLUME, volume);
    machine.settle();
    assertThat(machine.cluster().list(Kind.VOLUME)).isEmpty();
    assertThat(machine.csi().volumes()).containsExactly(volume);
    assertThat(machine.csi().calls()).doesNotContain("DeleteVolume");
  }

  @Test
  void a_retained_pv_deleted_before_its_claim_goes_with_the_claim() {
    machine.cluster().create(Objects.klass("kept").withReclaimPolicy("Retain").build());
    machine.cluster().create(Objects.claim("data", "kept").build());
    machine.settle();
    String volume = machine.volumeOf("data").name();
    machine.delete(Kind.VOLUME, volume);
    machine.settle();
    assertThat(machine.cluster().get(Kind.VOLUME, Key.of(volume))).isPresent();
    machine.delete(Kind.CLAIM, "data");
    machine.settle();
    assertThat(machine.cluster().list(Kind.VOLUME)).isEmpty();
    assertThat(machine.csi().volumes()).containsExactly(volume);
  }

  @Test
  void a_claim_in_use_waits_for_its_pod() {
    bindImmediately("data");
    machine.cluster().create(Objects.pod("web", "data"));
    machine.settle();
    machine.delete(Kind.CLAIM, "data");
    machine.settle();
    assertThat(machine.claim("data").deleting()).isTrue();
    assertThat(machine.csi().volumes()).hasSize(1);
    machine.end("web");
    machine.settle();
    assertThat(machine.cluster().list(Kind.CLAIM)).isEmpty();
    assertThat(machine.csi().volumes()).isEmpty();
  }

  @Test
  void a_failure_is_told_in_the_drivers_words_and_tried_again() {
    machine.csi().fail("CreateVolume", Status.INTERNAL.withDescription("disk on fire"));
    machine.cluster().create(Objects.klass("fast").build());
    machine.cluster().create(Objects.claim("data", "fast").build());
    machine.settle();
    assertThat(machine.claim("data").phase()).isEqualTo("Bound");
    assertThat(machine.events(machine.claim("data").uid()))
        .contains(
            "ProvisioningFailed: failed to provision volume with StorageClass \"fast\": rpc error:"
                + " code = Internal desc = disk on fire");
    assertThat(machine.csi().made()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(
      value = Status.Code.class,
      names = {"CANCELLED", "DEADLINE_EXCEEDED", "UNAVAILABLE", "ABORTED"})
  void a_volume_whose_claim_is_deleted_while_nobody_knows_is_not_left_behind(Status.Code code) {
    machine.csi().loseReply("CreateVolume", code.toStatus());
    machine.cluster().create(Objects.klass("fast").build());
    machine.cluster().create(Objects.claim("data", "fast").build());
    machine.pass();
    assertThat(machine.csi().volumes()).hasSize(1);
    machine.delete(Kind.CLAIM, "data");
    machine.restart(); // and nothing is remembered but what was written down
    machine.settle();
    assertThat(machine.cluster().list(Kind.CLAIM)).isEmpty();
    assertThat(machine.cluster().list(Kind.VOLUME)).isEmpty();
    assertThat(machine.csi().volumes()).isEmpty();
  }

  @Test
  void a_claim_torn_out_of_our_hands_leaves_no_volume_behind() {
    machine.csi().loseReply("CreateVolume", Status.DEADLINE_EXCEEDED);
    machine.cluster().create(Objects.klass("fast").build());
    machine.cluster().create(Objects.claim("data", "fast").build());
    machine.pass();
    machine
        .cluster()
        .replace(
            new PersistentVolumeClaimBuilder(machine.claim("data").raw())
                .editMetadata()
                .withFinalizers()
                .endMetadata()
                .build());
    machine.delete(Kind.CLAIM, "data");
    machine.settle();
    assertThat(machine.csi().volumes()).isEmpty();
  }

  @Test
  void a_final_refusal_lets_the_claim_go_at_once() {
    machine.csi().fail("CreateVolume", Status.INVALID_ARGUMENT.withDescription("no such pool"));
    machine.cluster().create(Objects.klass("fast").build());
    machine.cluster().create(Objects.claim("data", "fast").build());
    machine.pass();
    assertThat(machine.claim("data").hasFinalizer(Names.CREATING_FINALIZER)).isFalse();
  }

  @Test
  void a_full_pool_is_told_to_the_pod_that_waits() {
    machine.csi().fail("CreateVolume", Status.RESOURCE_EXHAUSTED.withDescription("pool is full"));
    machine.cluster().create(Objects.waiting("local"));
    machine.cluster().create(Objects.claim("data", "local").build());
    machine.cluster().create(Objects.pod("web", "data"));
    machine.pass();
    assertThat(machine.pod("web").getSpec().getNodeName()).isNull();
    assertThat(machine.events(machine.pod("web").getMetadata().getUid()))
        .containsExactly(
            "FailedScheduling: running PreBind plugin \"VolumeBinding\": binding volumes:"
                + " provisioning failed for PVC \"data\"");
    assertThat(machine.events(machine.claim("data").uid()))
        .contains(
            "ProvisioningFailed: failed to provision volume with StorageClass \"local\": rpc error:"
                + " code = ResourceExhausted desc = pool is full");
  }

  @Test
  void a_claim_whose_volume_is_gone_is_lost() {
    bindImmediately("data");
    PersistentVolume volume = machine.volumeOf("data").raw();
    machine.delete(Kind.VOLUME, volume.getMetadata().getName());
    machine
        .cluster()
        .replace(
            new PersistentVolumeBuilder(machine.volumeOf("data").raw())
                .editMetadata()
                .withFinalizers()
                .endMetadata()
                .build());
    machine.settle();
    assertThat(machine.claim("data").phase()).isEqualTo("Lost");
    assertThat(machine.events(machine.claim("data").uid()))
        .contains(
            "ClaimLost: Bound claim has lost its PersistentVolume. Data on the volume is"
                + " lost!");
  }

  @Test
  void a_volume_that_names_the_claim_is_taken_and_nothing_is_made() {
    machine
        .cluster()
        .create(
            Objects.volume("by-hand")
                .editSpec()
                .withNewClaimRef()
                .withNamespace("default")
                .withName("data")
                .endClaimRef()
                .endSpec()
                .build());
    machine.settle();
    assertThat(
            new Volume(machine.cluster().get(Kind.VOLUME, Key.of("by-hand")).orElseThrow()).phase())
        .isEqualTo("Available");
    machine.cluster().create(Objects.claim("data", "").build());
    machine.settle();
    assertThat(machine.claim("data").volumeName()).contains("by-hand");
    assertThat(machine.claim("data").phase()).isEqualTo("Bound");
    assertThat(machine.volumeOf("data").phase()).isEqualTo("Bound");
    assertThat(machine.csi().made()).isZero();
  }

  @Test
  void a_claim_grows_with_its_filesystem() {
    bindImmediately("data");
    machine.resize("data", "128Mi");
    machine.settle();
    var status = machine.claim("data").raw().getStatus();
    assertThat(status.getAllocatedResourceStatuses()).containsEntry("storage", "NodeResizePending");
    assertThat(status.getAllocatedResources()).containsEntry("storage", new Quantity("128Mi"));
    assertThat(status.getCapacity()).containsEntry("storage", new Quantity("64Mi"));
    assertThat(status.getConditions())
        .singleElement()
        .satisfies(c -> assertThat(c.getType()).isEqualTo("FileSystemResizePending"));
    assertThat(machine.volumeOf("data").capacity()).isEqualTo(new Bytes(128 << 20));
    assertThat(machine.volumeOf("data").annotation(Names.PRE_RESIZE_CAPACITY)).contains("64Mi");
    assertThat(machine.events(machine.claim("data").uid()))
        .contains(
            "Resizing: External resizer is resizing volume " + machine.volumeOf("data").name(),
            "FileSystemResizeRequired: Require file system resize of volume on node");
  }

  @Test
  void a_device_has_grown_when_the_controller_says_so() {
    machine.csi().nodeExpansionRequired(false);
    bindImmediately("data");
    machine.resize("data", "128Mi");
    machine.settle();
    assertThat(machine.claim("data").capacity()).isEqualTo(new Bytes(128 << 20));
    assertThat(machine.claim("data").raw().getStatus().getConditions()).isEmpty();
    assertThat(machine.claim("data").annotation(Names.NODE_EXPANSION_NOT_REQUIRED))
        .contains("true");
    assertThat(machine.events(machine.claim("data").uid()))
        .contains("VolumeResizeSuccessful: Resize volume succeeded");
  }

  @Test
  void a_size_that_cannot_be_is_marked_until_it_can() {
    bindImmediately("data");
    machine.csi().fail("ControllerExpandVolume", Status.OUT_OF_RANGE.withDescription("pool full"));
    machine.resize("data", "4Gi");
    machine.pass();
    assertThat(machine.claim("data").raw().getStatus().getAllocatedResourceStatuses())
        .containsEntry("storage", "ControllerResizeInfeasible");
    assertThat(machine.events(machine.claim("data").uid()))
        .contains(
            "VolumeResizeFailed: resize volume \""
                + machine.volumeOf("data").name()
                + "\" by resizer \""
                + FakeCsi.NAME
                + "\" failed: rpc error: code = OutOfRange desc = pool full");
    machine.settle();
    machine.growOnNode("data");
    machine.settle();
    assertThat(machine.claim("data").capacity()).isEqualTo(new Bytes(4L << 30));
    assertThat(machine.claim("data").raw().getStatus().getAllocatedResourceStatuses()).isEmpty();
    assertThat(machine.claim("data").raw().getStatus().getConditions()).isEmpty();
  }

  @Test
  void a_delete_that_fails_is_told_and_tried_again() {
    bindImmediately("data");
    String pvUid = machine.volumeOf("data").raw().getMetadata().getUid();
    machine.csi().fail("DeleteVolume", Status.FAILED_PRECONDITION.withDescription("still mounted"));
    machine.delete(Kind.CLAIM, "data");
    machine.settle();
    assertThat(machine.cluster().list(Kind.VOLUME)).isEmpty();
    assertThat(machine.csi().volumes()).isEmpty();
    assertThat(machine.events(pvUid))
        .contains("VolumeFailedDelete: rpc error: code = FailedPrecondition desc = still mounted");
  }

  @Test
  void a_foreign_class_is_left_to_its_provisioner() {
    machine
        .cluster()
        .create(
            new StorageClassBuilder(Objects.klass("other").build())
                .withProvisioner("other.example.com")
                .build());
    machine.cluster().create(Objects.claim("data", "other").build());
    machine.settle();
    assertThat(machine.claim("data").annotation(Names.STORAGE_PROVISIONER))
        .contains("other.example.com");
    assertThat(machine.csi().calls()).isEmpty();
    assertThat(machine.events(machine.claim("data").uid()))
        .singleElement()
        .asString()
        .startsWith("ExternalProvisioning: Waiting for a volume to be created either by the");
  }
}
