package dev.berth.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.e2e.harness.Shell;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Every way in which a pod can have a volume. */
@ExtendWith(SharedCluster.class)
class VolumeKindsE2E {
  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void a_pod_writes_to_a_device_and_the_next_one_reads_it(RealCluster cluster) {
    try (Namespace here = new Namespace(cluster, "block")) {
      here.apply(
          Manifests.claim("raw", "berth-block", "ReadWriteOnce", "64Mi")
              .replace("spec:\n", "spec:\n  volumeMode: Block\n"));
      here.apply(blockPod("writer"));
      here.ready("writer");
      assertThat(here.sh("writer", "blockdev --getsize64 /dev/xvda"))
          .isEqualTo(Long.toString(64L << 20));
      here.sh("writer", "echo by the writer | dd of=/dev/xvda bs=4096 seek=3 conv=sync,fsync");
      here.deletePods("writer");
      here.apply(blockPod("reader"));
      here.ready("reader");
      assertThat(here.sh("reader", "dd if=/dev/xvda bs=4096 skip=3 count=1 2>/dev/null | head -n1"))
          .isEqualTo("by the writer");
    }
  }

  private static String blockPod(String name) {
    return Manifests.pod(name, "raw")
        .replace("volumeMounts:", "volumeDevices:")
        .replace("mountPath: /data", "devicePath: /dev/xvda");
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void a_generic_ephemeral_volume_comes_and_goes_with_its_pod(RealCluster cluster) {
    try (Namespace here = new Namespace(cluster, "ephemeral")) {
      here.apply(
          Manifests.pod("web", "none")
              .replace(
                  "persistentVolumeClaim:\n      claimName: none",
                  """
                  ephemeral:
                        volumeClaimTemplate:
                          spec:
                            accessModes: [ReadWriteOnce]
                            resources:
                              requests:
                                storage: 300Mi"""));
      here.ready("web");
      assertThat(here.sh("web", "echo scratch >/data/file && cat /data/file")).isEqualTo("scratch");
      assertThat(here.volumes()).hasSize(1);
      here.deletePods("web");
      here.await("delete", "pvc/web-data");
      Awaitility.await("the volume goes with its pod")
          .atMost(Namespace.PATIENCE)
          .untilAsserted(() -> assertThat(here.volumes()).isEmpty());
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void two_containers_see_a_part_of_the_volume_each(RealCluster cluster) {
    try (Namespace here = new Namespace(cluster, "sub-path")) {
      here.apply(Manifests.claim("data", "300Mi"));
      here.apply(
          Manifests.pod("web", "data")
              .replace(
                  "    volumeMounts:\n    - name: data\n      mountPath: /data\n",
                  """
                      volumeMounts:
                      - {name: data, mountPath: /data, subPath: left}
                    - name: other
                      image: busybox:1
                      command: [sh, -c, "while :; do sleep 1; done"]
                      volumeMounts:
                      - {name: data, mountPath: /data, subPath: right/inner}
                  """));
      here.ready("web");
      here.sh("web", "echo left >/data/file");
      here.kubectl("exec", "web", "-c", "other", "--", "sh", "-c", "echo right >/data/file");
      assertThat(here.sh("web", "cat /data/file; ls /data")).isEqualTo("left\nfile");
      here.apply(Manifests.pod("all", "data"));
      here.ready("all");
      assertThat(here.sh("all", "cat /data/left/file /data/right/inner/file"))
          .isEqualTo("left\nright");
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void a_group_of_the_pod_may_write_to_its_volume(RealCluster cluster) {
    try (Namespace here = new Namespace(cluster, "fs-group")) {
      here.apply(Manifests.claim("data", "300Mi"));
      here.apply(
          Manifests.pod("web", "data")
              .replace(
                  "spec:\n",
                  "spec:\n  securityContext: {runAsUser: 1000, runAsGroup: 1000, fsGroup: 2000}\n"));
      here.ready("web");
      assertThat(here.sh("web", "echo mine >/data/file && stat -c '%u %g' /data/file"))
          .isEqualTo("1000 2000");
      assertThat(here.sh("web", "stat -c '%g %A' /data")).isEqualTo("2000 drwxrwsr-x");
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void a_pod_that_reads_only_cannot_write_and_sees_what_is_there(RealCluster cluster) {
    try (Namespace here = new Namespace(cluster, "read-only")) {
      here.apply(Manifests.claim("data", "300Mi") + Manifests.pod("writer", "data"));
      here.ready("writer");
      here.sh("writer", "echo written >/data/file; sync");
      here.deletePods("writer");
      here.apply(
          Manifests.pod("reader", "data")
              .replace("claimName: data", "claimName: data\n      readOnly: true"));
      here.ready("reader");
      assertThat(here.sh("reader", "cat /data/file")).isEqualTo("written");
      Shell.Answer refused = here.ask("exec", "reader", "--", "sh", "-c", "echo again >/data/file");
      assertThat(refused.exit()).isNotZero();
      assertThat(refused.output()).contains("Read-only file system");
    }
  }
}
