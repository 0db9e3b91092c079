package dev.berth.provisioner.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.csi.v1.NodePublishVolumeRequest;
import dev.berth.csi.v1.NodeStageVolumeRequest;
import dev.berth.csi.v1.VolumeCapability.AccessMode.Mode;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** CSI volumes of pods, staged and published, and what is cleaned up after them. */
class VolumeManagerTest {
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
  void a_volume_is_staged_once_and_published_for_each_pod() {
    machine.boundClaim("data");
    machine.start();
    Pod one = machine.pod("one", Machine.claimVolume("data", "data"));
    Pod two = machine.pod("two", Machine.claimVolume("data", "data"));
    machine.awaitMounted(one);
    machine.awaitMounted(two);
    assertThat(machine.csi.calls())
        .containsExactly("Stage vol-data", "Publish vol-data", "Publish vol-data");
    assertThat(machine.mounts.isMounted(machine.target(one, "pv-data"))).isTrue();
    assertThat(machine.mounts.isMounted(machine.target(two, "pv-data"))).isTrue();
    assertThat(machine.target(one, "pv-data").toString())
        .endsWith(
            "/pods/" + one.getMetadata().getUid() + "/volumes/kubernetes.io~csi/pv-data/mount");
    assertThat(machine.find(one).orElseThrow().getStatus().getMessage())
        .isEqualTo(
            "the volume is mounted; no container engine is attached, so no container is started");
  }

  @Test
  void what_the_volume_and_the_pod_say_reaches_the_driver() {
    machine.boundClaim(
        "data",
        "ReadWriteOnce",
        "Filesystem",
        pv ->
            pv.editSpec()
                .withMountOptions("noatime")
                .editCsi()
                .withFsType("xfs")
                .endCsi()
                .endSpec());
    machine.start();
    machine.awaitMounted(
        machine.pod(
            "reader",
            new VolumeBuilder()
                .withName("data")
                .withNewPersistentVolumeClaim("data", true)
                .build()));
    NodeStageVolumeRequest stage = machine.csi.requests(NodeStageVolumeRequest.class).getFirst();
    NodePublishVolumeRequest publish =
        machine.csi.requests(NodePublishVolumeRequest.class).getFirst();
    assertThat(stage.getVolumeCapability().getMount().getFsType()).isEqualTo("xfs");
    assertThat(stage.getVolumeCapability().getMount().getMountFlagsCount()).isEqualTo(1);
    assertThat(stage.getVolumeCapability().getMount().getMountFlags(0)).isEqualTo("noatime");
    assertThat(stage.getVolumeContextMap()).containsEntry("pool", "fast");
    assertThat(publish.getVolumeCapability()).isEqualTo(stage.getVolumeCapability());
    assertThat(publish.getVolumeCapability().getAccessMode().getMode())
        .isEqualTo(Mode.SINGLE_NODE_MULTI_WRITER);
    assertThat(publish.getReadonly()).isTrue();
    assertThat(publish.getStagingTargetPath()).isEqualTo(stage.getStagingTargetPath());
    assertThat(stage.getStagingTargetPath())
        .isEqualTo(
            machine.layout.staged(new CsiVolume(FakeCsiNode.NAME, "vol-data")).target().toString());
  }

  @Test
  void a_deleted_pod_goes_after_its_volumes_and_leaves_nothing() throws IOException {
    machine.boundClaim("data");
    machine.start();
    Pod pod =
        machine.pod(
            "one",
            Machine.claimVolume("data", "data"),
            Machine.emptyDir("cache", "", ""),
            Machine.emptyDir("fast", "Memory", "8Mi"));
    machine.awaitMounted(pod);
    machine.delete(pod);
    machine.awaitGone(pod);
    assertThat(machine.csi.calls())
        .containsExactly(
            "Stage vol-data", "Publish vol-data", "Unpublish vol-data", "Unstage vol-data");
    machine.assertNothingLeft();
  }

  @Test
  void a_restart_takes_over_what_is_mounted_without_a_call() {
    machine.boundClaim("data");
    machine.start();
    Pod pod =
        machine.pod(
            "one", Machine.claimVolume("data", "data"), Machine.emptyDir("fast", "Memory", ""));
    machine.awaitMounted(pod);
    List<Path> mounted = machine.mounts.mountsBelow(machine.layout.root());
    machine.stop();
    assertThat(machine.mounts.mountsBelow(machine.layout.root())).isEqualTo(mounted);
    machine.start();
    machine.awaitMounted(machine.pod("next", Machine.emptyDir("cache", "", "")));
    assertThat(machine.csi.calls()).containsExactly("Stage vol-data", "Publish vol-data");
    assertThat(machine.mounts.mountsBelow(machine.layout.root())).isEqualTo(mounted);
  }

  @Test
  void a_pod_deleted_while_nobody_looked_is_cleaned_up_at_the_start() throws IOException {
    machine.boundClaim("data");
    machine.start();
    Pod pod = machine.pod("one", Machine.claimVolume("data", "data"));
    machine.awaitMounted(pod);
    machine.stop();
    machine.delete(pod);
    assertThat(machine.find(pod)).isPresent();
    machine.start();
    machine.awaitGone(pod);
    machine.assertNothingLeft();
  }

  @Test
  void what_a_pod_that_nobody_knows_has_left_is_cleaned_up_at_the_start() throws IOException {
    CsiVolume volume = new CsiVolume(FakeCsiNode.NAME, "vol-old");
    Layout.Place published = machine.layout.published("uid-old", "pv-old", false);
    VolumeData.write(published.data(), volume, "pv-old");
    Folders.create(published.target());
    machine.mounts.mount(published.target());
    Layout.Place staged = machine.layout.staged(volume);
    VolumeData.write(staged.data(), volume, "pv-old");
    Folders.create(staged.target());
    machine.mounts.mount(staged.target());
    Path kept = Files.writeString(dir.resolve("kept"), "precious");
    Path cache = machine.layout.emptyDir("uid-old", "cache");
    Folders.create(cache);
    Files.createSymbolicLink(cache.resolve("link"), kept);
    machine.start();
    await().untilAsserted(machine::assertNothingLeft);
    assertThat(machine.csi.calls()).containsExactly("Unpublish vol-old", "Unstage vol-old");
    assertThat(kept).hasContent("precious");
  }

  @Test
  void a_mount_that_nothing_identifies_is_unmounted_without_a_driver() {
    Layout.Place place = machine.layout.published("uid-old", "pv-old", false);
    machine.mounts.mount(place.target());
    assertThat(place.target().toFile().mkdirs()).isTrue();
    machine.start();
    await().untilAsserted(machine::assertNothingLeft);
    assertThat(machine.csi.calls()).isEmpty();
  }

  @Test
  void a_failure_is_an_event_with_the_drivers_words_and_stops_no_other_volume() {
    machine.boundClaim("bad");
    machine.boundClaim("good");
    Status no = Status.INTERNAL.withDescription("image is damaged; run berth doctor");
    machine.csi.fail("Stage", "vol-bad", no, no, no);
    machine.start();
    Pod bad = machine.pod("bad", Machine.claimVolume("data", "bad"));
    Pod good = machine.pod("good", Machine.claimVolume("data", "good"));
    machine.awaitMounted(good);
    machine.awaitMounted(bad);
    assertThat(machine.events(bad))
        .containsExactly(
            "FailedMount: MountVolume.MountDevice failed for volume \"pv-bad\" : rpc error: code ="
                + " Internal desc = image is damaged; run berth doctor");
    assertThat(machine.events(good)).isEmpty();
    assertThat(machine.csi.calls().stream().filter("Stage vol-bad"::equals)).hasSize(4);
  }

  @Test
  void a_publication_that_may_still_be_running_is_undone_when_its_pod_goes() throws IOException {
    machine.boundClaim("data");
    machine.csi.fail("Publish", "vol-data", Status.DEADLINE_EXCEEDED.withDescription("slow"));
    machine.csi.fail("Unpublish", "vol-data", Status.ABORTED.withDescription("still at it"));
    Pod pod = machine.pod("one", Machine.claimVolume("data", "data"));
    machine.start();
    await()
        .untilAsserted(
            () ->
                assertThat(machine.events(pod))
                    .contains(
                        "FailedMount: MountVolume.SetUp failed for volume \"pv-data\" : rpc error:"
                            + " code = DeadlineExceeded desc = slow; asked again until the answer"
                            + " is certain"));
    machine.delete(pod);
    machine.awaitGone(pod);
    assertThat(machine.csi.calls().stream().filter("Unpublish vol-data"::equals)).hasSize(2);
    machine.assertNothingLeft();
  }

  @Test
  void a_block_volume_is_a_device_behind_a_link_in_the_pods_folder() throws IOException {
    machine.boundClaim("disk", "ReadWriteOnce", "Block", UnaryOperator.identity());
    machine.start();
    Pod pod = machine.pod("one", Machine.claimVolume("disk", "disk"));
    machine.awaitMounted(pod);
    Path link = machine.layout.published(pod.getMetadata().getUid(), "pv-disk", true).evidence();
    assertThat(link.toString())
        .endsWith(
            "/pods/" + pod.getMetadata().getUid() + "/volumeDevices/kubernetes.io~csi/pv-disk");
    assertThat(machine.mounts.isMounted(link.toRealPath())).isTrue();
    assertThat(new PodMounts(machine.layout.root(), machine.cluster, machine.mounts).of(pod))
        .containsExactly(
            new PodMounts.PodMount("disk", "persistentVolumeClaim", Optional.of(link), true));
    machine.delete(pod);
    machine.awaitGone(pod);
    machine.assertNothingLeft();
    assertThat(Folders.names(machine.layout.devices())).containsExactly("publish", "staging");
  }

  @Test
  void the_places_of_a_pods_volumes_can_be_asked_for() {
    machine.boundClaim("data");
    machine.start();
    Pod pod =
        machine.pod(
            "one",
            Machine.claimVolume("data", "data"),
            Machine.emptyDir("cache", "", ""),
            Machine.hostPath("tmp", Path.of("/tmp"), ""));
    machine.awaitMounted(pod);
    assertThat(new PodMounts(machine.layout.root(), machine.cluster, machine.mounts).of(pod))
        .containsExactly(
            new PodMounts.PodMount(
                "data", "persistentVolumeClaim", Optional.of(machine.target(pod, "pv-data")), true),
            new PodMounts.PodMount(
                "cache",
                "emptyDir",
                Optional.of(machine.layout.emptyDir(pod.getMetadata().getUid(), "cache")),
                true),
            new PodMounts.PodMount("tmp", "hostPath", Optional.of(Path.of("/tmp")), true));
  }
}
