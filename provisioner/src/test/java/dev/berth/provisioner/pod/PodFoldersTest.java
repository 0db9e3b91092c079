package dev.berth.provisioner.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Volumes that are folders of the pod or of the host, and parts of volumes. */
class PodFoldersTest {
  @TempDir Path dir;
  private Machine machine;

  @BeforeEach
  void start() throws IOException {
    machine = new Machine(dir);
  }

  @AfterEach
  void stop() {
    machine.close();
  }

  @Test
  void an_emptydir_with_a_mount_inside_is_kept_until_that_is_gone() throws IOException {
    machine.start();
    Pod pod = machine.pod("one", Machine.emptyDir("cache", "", ""));
    machine.awaitMounted(pod);
    Path cache = machine.layout.emptyDir(pod.getMetadata().getUid(), "cache");
    Path inner = Files.createDirectories(cache.resolve("inner"));
    Path data = Files.writeString(cache.resolve("data"), "precious");
    machine.mounts.mount(inner);
    machine.delete(pod);
    machine.boundClaim("data");
    machine.awaitMounted(machine.pod("other", Machine.claimVolume("data", "data")));
    assertThat(data).hasContent("precious");
    assertThat(machine.find(pod)).isPresent();
    machine.mounts.unmount(inner);
    machine.awaitGone(pod);
    assertThat(cache).doesNotExist();
  }

  @Test
  void an_emptydir_is_open_to_all_and_a_limit_that_nobody_enforces_is_said() throws IOException {
    machine.start();
    Pod pod =
        machine.pod(
            "one",
            Machine.emptyDir("cache", "", "1Gi"),
            Machine.emptyDir("fast", "Memory", "8Mi"),
            Machine.emptyDir("half", "Memory", ""));
    machine.awaitMounted(pod);
    String uid = pod.getMetadata().getUid();
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(machine.layout.emptyDir(uid, "cache"))))
        .isEqualTo("rwxrwxrwx");
    assertThat(machine.mounts.size(machine.layout.emptyDir(uid, "fast"))).hasValue(8L << 20);
    assertThat(machine.mounts.size(machine.layout.emptyDir(uid, "half"))).isEmpty();
    assertThat(machine.mounts.isMounted(machine.layout.emptyDir(uid, "half"))).isTrue();
    assertThat(machine.events(pod))
        .containsExactly(
            "SizeLimitNotEnforced: emptyDir \"cache\": sizeLimit is not enforced on a plain"
                + " directory; use medium Memory or a claim");
  }

  @Test
  void a_hostpath_of_the_wrong_type_waits_until_it_is_right_and_stays_afterwards()
      throws IOException {
    Path path = dir.toRealPath().resolve("host");
    machine.start();
    Pod pod = machine.pod("one", Machine.hostPath("host", path, "Directory"));
    await()
        .untilAsserted(
            () ->
                assertThat(machine.events(pod))
                    .containsExactly(
                        "FailedMount: MountVolume.SetUp failed for volume \"host\" : hostPath type"
                            + " check failed: "
                            + path
                            + " is not a directory"));
    await().untilAsserted(() -> assertThat(machine.reason(pod)).isEqualTo("ContainerCreating"));
    Files.createDirectory(path);
    machine.awaitMounted(pod);
    machine.delete(pod);
    machine.awaitGone(pod);
    assertThat(path).isDirectory();
  }

  @Test
  void a_kind_of_volume_that_is_not_supported_is_named() {
    machine.start();
    Pod pod =
        machine.pod(
            "one",
            new VolumeBuilder()
                .withName("settings")
                .withNewIscsi()
                .withIqn("iqn.2001-04.com.example:disk")
                .endIscsi()
                .build());
    String why =
        "volume \"settings\" is of kind iscsi: supported are persistentVolumeClaim, ephemeral,"
            + " csi, emptyDir, hostPath, nfs, configMap, secret, downwardAPI and projected; change the"
            + " pod";
    await()
        .untilAsserted(
            () -> assertThat(machine.events(pod)).containsExactly("FailedMount: " + why));
    await()
        .untilAsserted(
            () ->
                assertThat(machine.find(pod).orElseThrow().getStatus().getMessage())
                    .isEqualTo("waiting for volumes: settings (" + why + ")"));
  }

  @Test
  void a_part_of_a_volume_has_a_place_for_each_container() throws IOException {
    machine.boundClaim("data");
    machine.start();
    Pod pod =
        machine.cluster.create(
            new PodBuilder()
                .withNewMetadata()
                .withNamespace("default")
                .withName("one")
                .endMetadata()
                .withNewSpec()
                .withNodeName(Machine.NODE)
                .addNewContainer()
                .withName("main")
                .withImage("busybox")
                .addNewVolumeMount()
                .withName("cache")
                .withMountPath("/all")
                .endVolumeMount()
                .addNewVolumeMount()
                .withName("cache")
                .withMountPath("/logs")
                .withSubPath("var/logs")
                .endVolumeMount()
                .endContainer()
                .withVolumes(Machine.emptyDir("cache", "", ""))
                .endSpec()
                .build());
    machine.awaitMounted(pod);
    String uid = pod.getMetadata().getUid();
    assertThat(machine.mounts.mountsBelow(machine.layout.root()))
        .containsExactly(machine.layout.pod(uid).resolve("volume-subpaths/cache/main/1"));
    assertThat(machine.layout.emptyDir(uid, "cache").resolve("var/logs")).isDirectory();
    machine.delete(pod);
    machine.awaitGone(pod);
    machine.assertNothingLeft();
  }
}
