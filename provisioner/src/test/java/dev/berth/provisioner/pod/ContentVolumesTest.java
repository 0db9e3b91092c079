package dev.berth.provisioner.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceFieldSelector;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Volumes that are filled from objects of the cluster, with everything real but the mounts. */
class ContentVolumesTest {
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

  private Path at(Pod pod, String kind, String path) {
    return machine
        .layout
        .pod(pod.getMetadata().getUid())
        .resolve("volumes/kubernetes.io~" + kind)
        .resolve(path);
  }

  private ConfigMap settings(String colour) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withNamespace("default")
        .withName("settings")
        .endMetadata()
        .addToData("colour", colour)
        .addToBinaryData("logo", "AAEC")
        .build();
  }

  private Secret key(String password) {
    return machine.cluster.create(
        new SecretBuilder()
            .withNewMetadata()
            .withNamespace("default")
            .withName("key")
            .endMetadata()
            .addToStringData("password", password)
            .build());
  }

  private static VolumeBuilder volume() {
    return new VolumeBuilder().withName("v");
  }

  private static Volume config() {
    return volume().withNewConfigMap().withName("settings").endConfigMap().build();
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void a_config_map_is_files_that_follow_it() {
    machine.cluster.create(settings("red"));
    machine.start();
    Pod pod = machine.pod("one", config());
    machine.awaitMounted(pod);
    assertThat(at(pod, "configmap", "v/colour")).hasContent("red");
    assertThat(at(pod, "configmap", "v/logo")).hasBinaryContent(new byte[] {0, 1, 2});
    assertThat(machine.mounts.isMounted(at(pod, "configmap", "v"))).isTrue();
    machine.cluster.replace(settings("blue"));
    await().untilAsserted(() -> assertThat(at(pod, "configmap", "v/colour")).hasContent("blue"));
    assertThat(machine.reason(pod)).isEqualTo("VolumesMounted");
  }

  @Test
  void a_pod_waits_for_its_config_map_and_is_told_which() {
    machine.start();
    Pod pod = machine.pod("one", config());
    await()
        .untilAsserted(
            () ->
                assertThat(machine.events(pod))
                    .containsExactly(
                        "FailedMount: MountVolume.SetUp failed for volume \"v\" : configmap"
                            + " \"settings\" not found in namespace default; create it, and the"
                            + " pod follows"));
    machine.cluster.create(settings("red"));
    machine.awaitMounted(pod);
  }

  @Test
  void what_is_filled_belongs_to_the_pods_group_which_may_read_it() throws IOException {
    int group = (Integer) Files.getAttribute(dir, "unix:gid"); // one that anybody may give it to
    Secret key = key("hunter2");
    machine.start();
    Pod pod =
        machine.cluster.create(
            new PodBuilder(machine.pod("template"))
                .withNewMetadata()
                .withNamespace("default")
                .withName("one")
                .endMetadata()
                .editSpec()
                .withNewSecurityContext()
                .withFsGroup((long) group)
                .endSecurityContext()
                .withVolumes(
                    volume()
                        .withNewSecret()
                        .withSecretName("key")
                        .withDefaultMode(0400)
                        .addNewItem("password", null, "deep/word")
                        .endSecret()
                        .build())
                .endSpec()
                .build());
    machine.awaitMounted(pod);
    Path file = at(pod, "secret", "v/deep/word").toRealPath();
    assertThat(mode(file)).isEqualTo("r--r-----");
    for (Path path : List.of(file, at(pod, "secret", "v"), at(pod, "secret", "v/..data"))) {
      assertThat(Files.getAttribute(path, "unix:gid", LinkOption.NOFOLLOW_LINKS)).isEqualTo(group);
    }
    for (Path folder : List.of(at(pod, "secret", "v"), at(pod, "secret", "v/deep").toRealPath())) {
      assertThat((Integer) Files.getAttribute(folder, "unix:mode") & 07777).isEqualTo(02755);
    }
    machine.cluster.replace(
        new SecretBuilder(key).withData(null).addToStringData("password", "hunter3").build());
    await().untilAsserted(() -> assertThat(at(pod, "secret", "v/deep/word")).hasContent("hunter3"));
    assertThat(mode(at(pod, "secret", "v/deep/word").toRealPath())).isEqualTo("r--r-----");
  }

  @Test
  void a_secret_is_decoded_and_has_the_modes_that_were_asked() throws IOException {
    key("hunter2");
    machine.start();
    Pod pod =
        machine.pod(
            "one",
            volume()
                .withNewSecret()
                .withSecretName("key")
                .withDefaultMode(0400)
                .addNewItem("password", null, "deep/word")
                .addNewItem("password", 0440, "open")
                .endSecret()
                .build());
    machine.awaitMounted(pod);
    assertThat(at(pod, "secret", "v/deep/word")).hasContent("hunter2");
    assertThat(mode(at(pod, "secret", "v/deep/word"))).isEqualTo("r--------");
    assertThat(mode(at(pod, "secret", "v/open"))).isEqualTo("r--r-----");
    assertThat(at(pod, "secret", "v/password")).doesNotExist();
  }

  @Test
  void a_key_that_is_missing_is_named_unless_it_is_optional() {
    machine.cluster.create(settings("red"));
    machine.start();
    Pod strict =
        machine.pod(
            "strict",
            volume()
                .withNewConfigMap()
                .withName("settings")
                .addNewItem("size", null, "size")
                .endConfigMap()
                .build());
    Pod lenient =
        machine.pod(
            "lenient",
            volume()
                .withNewConfigMap()
                .withName("absent")
                .withOptional(true)
                .endConfigMap()
                .build());
    machine.awaitMounted(lenient);
    await()
        .untilAsserted(
            () ->
                assertThat(machine.events(strict))
                    .containsExactly(
                        "FailedMount: MountVolume.SetUp failed for volume \"v\" : configmap"
                            + " \"settings\" has no key \"size\"; add it, or correct items"));
  }

  @Test
  void the_downward_api_tells_a_pod_about_itself_and_follows_its_labels() {
    machine.start();
    Pod pod =
        machine.cluster.create(
            new PodBuilder()
                .withNewMetadata()
                .withNamespace("default")
                .withName("one")
                .addToLabels("b", "2")
                .addToLabels("a", "1")
                .addToAnnotations("note", "say \"x\"")
                .endMetadata()
                .withNewSpec()
                .withNodeName(Machine.NODE)
                .addNewContainer()
                .withName("main")
                .withImage("busybox")
                .withNewResources()
                .addToLimits("cpu", new Quantity("250m"))
                .addToLimits("memory", new Quantity("64Mi"))
                .endResources()
                .endContainer()
                .withVolumes(self())
                .endSpec()
                .build());
    machine.awaitMounted(pod);
    Path folder = at(pod, "downward-api", "v");
    assertThat(folder.resolve("name")).hasContent("one");
    assertThat(folder.resolve("labels")).hasContent("a=\"1\"\nb=\"2\"");
    assertThat(folder.resolve("note")).hasContent("say \"x\"");
    assertThat(folder.resolve("cpu")).hasContent("1");
    assertThat(folder.resolve("millis")).hasContent("250");
    assertThat(folder.resolve("memory")).hasContent("64");
    machine.cluster.replace(
        new PodBuilder(machine.find(pod).orElseThrow())
            .editMetadata()
            .addToLabels("a", "new")
            .endMetadata()
            .build());
    await()
        .untilAsserted(() -> assertThat(folder.resolve("labels")).hasContent("a=\"new\"\nb=\"2\""));
  }

  private static Volume self() {
    return volume()
        .withNewDownwardAPI()
        .addNewItem()
        .withPath("name")
        .withNewFieldRef("v1", "metadata.name")
        .endItem()
        .addNewItem()
        .withPath("labels")
        .withNewFieldRef("v1", "metadata.labels")
        .endItem()
        .addNewItem()
        .withPath("note")
        .withNewFieldRef("v1", "metadata.annotations['note']")
        .endItem()
        .addNewItem()
        .withPath("cpu")
        .withResourceFieldRef(new ResourceFieldSelector("main", null, "limits.cpu"))
        .endItem()
        .addNewItem()
        .withPath("millis")
        .withResourceFieldRef(new ResourceFieldSelector("main", new Quantity("1m"), "requests.cpu"))
        .endItem()
        .addNewItem()
        .withPath("memory")
        .withResourceFieldRef(
            new ResourceFieldSelector("main", new Quantity("1Mi"), "limits.memory"))
        .endItem()
        .endDownwardAPI()
        .build();
  }

  @Test
  void a_projected_volume_has_all_its_sources() {
    machine.cluster.create(settings("red"));
    key("hunter2");
    machine.start();
    Pod pod =
        machine.pod(
            "one",
            volume()
                .withNewProjected()
                .addNewSource()
                .withNewConfigMap()
                .withName("settings")
                .addNewItem("colour", null, "config/colour")
                .endConfigMap()
                .endSource()
                .addNewSource()
                .withNewSecret()
                .withName("key")
                .endSecret()
                .endSource()
                .addNewSource()
                .withNewDownwardAPI()
                .addNewItem()
                .withPath("config/namespace")
                .withNewFieldRef("v1", "metadata.namespace")
                .endItem()
                .endDownwardAPI()
                .endSource()
                .endProjected()
                .build());
    machine.awaitMounted(pod);
    assertThat(at(pod, "projected", "v/config/colour")).hasContent("red");
    assertThat(at(pod, "projected", "v/config/namespace")).hasContent("default");
    assertThat(at(pod, "projected", "v/password")).hasContent("hunter2");
  }

  @Test
  void a_service_account_token_is_refused_because_nobody_issues_one() {
    machine.start();
    Pod pod =
        machine.pod(
            "one",
            volume()
                .withNewProjected()
                .addNewSource()
                .withNewServiceAccountToken("vault", 3600L, "token")
                .endSource()
                .endProjected()
                .build());
    await()
        .untilAsserted(
            () ->
                assertThat(machine.events(pod))
                    .containsExactly(
                        "FailedMount: MountVolume.SetUp failed for volume \"v\" :"
                            + " serviceAccountToken: on one machine without Kubernetes nobody"
                            + " issues tokens; take it out of the projected volume"));
  }

  @Test
  void a_restart_takes_over_what_is_filled_and_catches_up() {
    machine.cluster.create(settings("red"));
    machine.start();
    Pod pod = machine.pod("one", config());
    machine.awaitMounted(pod);
    machine.stop();
    machine.cluster.replace(settings("blue"));
    machine.start();
    await().untilAsserted(() -> assertThat(at(pod, "configmap", "v/colour")).hasContent("blue"));
    assertThat(machine.mounts.mountsBelow(machine.layout.root())).hasSize(1);
  }

  @Test
  void a_deleted_pod_leaves_nothing_of_its_secrets() throws IOException {
    key("hunter2");
    machine.start();
    Pod pod =
        machine.pod("one", volume().withNewSecret().withSecretName("key").endSecret().build());
    machine.awaitMounted(pod);
    machine.delete(pod);
    await().untilAsserted(() -> assertThat(machine.find(pod)).isEmpty());
    assertThat(machine.mounts.mountsBelow(machine.layout.root())).isEmpty();
    assertThat(Folders.names(machine.layout.pods())).isEqualTo(List.of());
  }

  @Test
  void where_content_is_can_be_asked() {
    machine.cluster.create(settings("red"));
    machine.start();
    Pod pod = machine.pod("one", config());
    machine.awaitMounted(pod);
    assertThat(new PodMounts(machine.layout.root(), machine.cluster, machine.mounts).of(pod))
        .containsExactly(
            new PodMounts.PodMount("v", "configMap", Optional.of(at(pod, "configmap", "v")), true));
  }
}
