package dev.berth.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What Kubernetes' own controllers make of pods and claims. */
@ExtendWith(SharedCluster.class)
class WorkloadsE2E {
  private static final String STATEFUL_SET =
      """
      apiVersion: apps/v1
      kind: StatefulSet
      metadata:
        name: db
      spec:
        serviceName: db
        replicas: 1
        selector:
          matchLabels: {app: db}
        persistentVolumeClaimRetentionPolicy:
          whenDeleted: Delete
          whenScaled: Retain
        template:
          metadata:
            labels: {app: db}
          spec:
            terminationGracePeriodSeconds: 1
            containers:
            - name: main
              image: busybox:1
              command: [sh, -c, "hostname >>/data/hosts; sync; while :; do sleep 1; done"]
              volumeMounts:
              - name: data
                mountPath: /data
        volumeClaimTemplates:
        - metadata:
            name: data
          spec:
            accessModes: [ReadWriteOnce]
            resources:
              requests:
                storage: 300Mi
      """;

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void a_stateful_set_keeps_its_volumes_while_it_is_scaled_and_takes_them_along_when_deleted(
      RealCluster cluster) {
    try (Namespace here = new Namespace(cluster, "stateful")) {
      here.apply(STATEFUL_SET);
      rolledOut(here, "statefulset/db");
      scale(here, 3);
      for (int i = 0; i < 3; i++) {
        assertThat(here.sh("db-" + i, "cat /data/hosts")).isEqualTo("db-" + i);
      }
      assertThat(here.volumes()).hasSize(3);

      scale(here, 1);
      here.await("delete", "pod/db-1", "pod/db-2");
      assertThat(here.list("pvc")).as("whenScaled: Retain").hasSize(3);

      scale(here, 3);
      assertThat(here.sh("db-2", "cat /data/hosts")).isEqualTo("db-2\ndb-2");

      here.kubectl("delete", "statefulset/db");
      here.await("delete", "pvc/data-db-0", "pvc/data-db-1", "pvc/data-db-2");
      Awaitility.await("whenDeleted: Delete")
          .atMost(Namespace.PATIENCE)
          .untilAsserted(() -> assertThat(here.volumes()).isEmpty());
    }
  }

  private static void scale(Namespace here, int replicas) {
    here.kubectl("scale", "statefulset/db", "--replicas=" + replicas);
    rolledOut(here, "statefulset/db");
  }

  private static void rolledOut(Namespace here, String what) {
    here.kubectl("rollout", "status", what, "--timeout=" + Namespace.PATIENCE.toSeconds() + "s");
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void a_deployment_rolls_over_a_claim_that_one_node_may_write(RealCluster cluster) {
    try (Namespace here = new Namespace(cluster, "rolling")) {
      here.apply(
          Manifests.claim("data", "300Mi")
              + """
              apiVersion: apps/v1
              kind: Deployment
              metadata:
                name: web
              spec:
                replicas: 1
                selector:
                  matchLabels: {app: web}
                template:
                  metadata:
                    labels: {app: web}
                  spec:
                    terminationGracePeriodSeconds: 1
                    containers:
                    - name: main
                      image: busybox:1
                      env: [{name: VERSION, value: "1"}]
                      command: [sh, -c, "echo $VERSION >>/data/versions; sync; while :; do sleep 1; done"]
                      volumeMounts:
                      - name: data
                        mountPath: /data
                    volumes:
                    - name: data
                      persistentVolumeClaim:
                        claimName: data
              """);
      rolledOut(here, "deployment/web");
      here.kubectl("set", "env", "deployment/web", "VERSION=2");
      rolledOut(here, "deployment/web");
      assertThat(here.sh("deployment/web", "cat /data/versions")).isEqualTo("1\n2");
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void a_second_pod_waits_for_a_claim_of_one_pod_and_starts_when_it_is_free(RealCluster cluster) {
    try (Namespace here = new Namespace(cluster, "one-pod")) {
      here.apply(
          Manifests.claim("data", "berth", "ReadWriteOncePod", "300Mi")
              + Manifests.pod("first", "data"));
      here.ready("first");
      here.apply(Manifests.pod("second", "data"));
      assertThat(here.awaitEvent("second", "FailedScheduling", "ReadWriteOncePod"))
          .contains("already in-use by another pod");
      here.sh("first", "echo first >/data/who; sync");
      here.deletePods("first");
      here.ready("second");
      assertThat(here.sh("second", "cat /data/who")).isEqualTo("first");
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void a_claim_deleted_while_in_use_stays_until_its_pod_goes(RealCluster cluster) {
    try (Namespace here = new Namespace(cluster, "in-use")) {
      here.apply(Manifests.claim("data", "300Mi") + Manifests.pod("web", "data"));
      here.ready("web");
      List<String> volumes = here.volumes();
      here.kubectl("delete", "pvc/data", "--wait=false");
      assertThat(here.get("pvc/data").at("/metadata/deletionTimestamp").asText()).isNotEmpty();
      assertThat(here.get("pvc/data").at("/status/phase").asText()).isEqualTo("Bound");
      assertThat(here.sh("web", "echo still >/data/file && sync && cat /data/file"))
          .isEqualTo("still");
      assertThat(here.volumes()).isEqualTo(volumes);
      here.deletePods("web");
      here.await("delete", "pvc/data");
      Awaitility.await("the volume goes with its claim")
          .atMost(Namespace.PATIENCE)
          .untilAsserted(() -> assertThat(here.volumes()).isEmpty());
    }
  }
}
