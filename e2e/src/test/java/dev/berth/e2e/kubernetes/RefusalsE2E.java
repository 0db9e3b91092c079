package dev.berth.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What cannot be done is said in an event on the object that a user describes first. */
@ExtendWith(SharedCluster.class)
class RefusalsE2E {
  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void a_claim_that_no_pool_can_hold_says_so_on_the_claim_or_its_pod(RealCluster cluster) {
    try (Namespace here = new Namespace(cluster, "full")) {
      here.apply(Manifests.claim("huge", "30Gi") + Manifests.pod("web", "huge"));
      assertThat(here.awaitEvent("web", "FailedScheduling"))
          .contains("did not have enough free storage");
      assertThat(here.get("pvc/huge").at("/status/phase").asText()).isEqualTo("Pending");
      assertThat(here.volumes()).isEmpty();
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void a_class_with_a_wrong_parameter_says_which_and_what_is_right(RealCluster cluster) {
    try (Namespace here = new Namespace(cluster, "wrong-parameter")) {
      here.apply(
          Manifests.storageClass("wrong", "Immediate", "Delete", "allocation: fat")
              + Manifests.claim("data", "wrong", "ReadWriteOnce", "300Mi"));
      try {
        assertThat(here.awaitEvent("data", "ProvisioningFailed", "allocation"))
            .contains("fat", "thin", "thick");
        assertThat(here.volumes()).isEmpty();
      } finally {
        here.kubectl("delete", "storageclass/wrong");
      }
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void a_retained_volume_stays_and_can_be_used_again(RealCluster cluster) {
    try (Namespace here = new Namespace(cluster, "retained")) {
      here.apply(
          Manifests.claim("data", "berth-retained", "ReadWriteOnce", "300Mi")
              + Manifests.pod("first", "data", "echo kept >/data/file; sync; sleep 3600"));
      here.ready("first");
      String volume = here.get("pvc/data").at("/spec/volumeName").asText();
      here.deletePods("first");
      here.kubectl("delete", "pvc/data");
      here.await("jsonpath={.status.phase}=Released", "pv/" + volume);
      here.kubectl(
          "patch",
          "pv",
          volume,
          "--type=json",
          "-p=[{\"op\":\"remove\",\"path\":\"/spec/claimRef\"}]");
      here.await("jsonpath={.status.phase}=Available", "pv/" + volume);
      here.apply(
          Manifests.claim("again", "berth-retained", "ReadWriteOnce", "300Mi")
                  .replace("spec:\n", "spec:\n  volumeName: " + volume + "\n")
              + Manifests.pod("second", "again"));
      here.ready("second");
      assertThat(here.sh("second", "cat /data/file")).isEqualTo("kept");
      // Whoever changes the policy of a volume is heard, whatever its class said.
      here.kubectl(
          "patch", "pv", volume, "-p={\"spec\":{\"persistentVolumeReclaimPolicy\":\"Delete\"}}");
    }
  }
}
