package dev.berth.provisioner.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import io.fabric8.kubernetes.api.model.HostPathVolumeSource;
import io.fabric8.kubernetes.api.model.LocalVolumeSource;
import io.fabric8.kubernetes.api.model.NFSVolumeSource;
import io.fabric8.kubernetes.api.model.PersistentVolumeSpec;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeNodeAffinityBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Volumes that no driver serves: of kind local, hostPath and nfs. */
class PlainVolumesTest {
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

  private static void local(PersistentVolumeSpec spec, Path path) {
    spec.setLocal(new LocalVolumeSource(null, path.toString()));
    spec.setNodeAffinity(
        new VolumeNodeAffinityBuilder()
            .withNewRequired()
            .addNewNodeSelectorTerm()
            .addNewMatchExpression()
            .withKey("kubernetes.io/hostname")
            .withOperator("Exists")
            .endMatchExpression()
            .endNodeSelectorTerm()
            .endRequired()
            .build());
  }

  private static void nfs(PersistentVolumeSpec spec, boolean readOnly, String... options) {
    spec.setNfs(new NFSVolumeSource("/srv/data", readOnly, "files"));
    spec.setMountOptions(List.of(options));
  }

  private static Volume inline(String path) {
    return new VolumeBuilder()
        .withName("data")
        .withNfs(new NFSVolumeSource(path, false, "files"))
        .build();
  }

  private Path at(Pod pod, String rest) {
    return machine.layout.pod(pod.getMetadata().getUid()).resolve(rest);
  }

  @Test
  void a_local_volume_is_its_folder_bound_into_the_pods() throws IOException {
    Path disk = Files.createDirectories(dir.resolve("disk"));
    Files.writeString(disk.resolve("kept"), "x");
    machine.plainClaim("data", "ReadWriteOnce", "Filesystem", spec -> local(spec, disk));
    machine.start();
    Pod pod = machine.pod("one", Machine.claimVolume("data", "data"));
    machine.awaitMounted(pod);
    assertThat(machine.mounts.mountsBelow(machine.layout.root()))
        .containsExactly(at(pod, "volumes/kubernetes.io~local-volume/pv-data"));
    machine.delete(pod);
    machine.awaitGone(pod);
    machine.assertNothingLeft();
    assertThat(disk.resolve("kept")).hasContent("x");
  }

  @Test
  void a_local_volume_whose_folder_is_missing_says_so_and_waits_for_it() throws IOException {
    Path disk = dir.resolve("disk");
    machine.plainClaim("data", "ReadWriteOnce", "Filesystem", spec -> local(spec, disk));
    machine.start();
    Pod pod = machine.pod("one", Machine.claimVolume("data", "data"));
    machine.awaitEvent(
        pod,
        "FailedMount: MountVolume.SetUp failed for volume \"pv-data\" : local.path "
            + disk
            + " is not a folder of this machine; make it, and the pod follows");
    Files.createDirectory(disk);
    machine.awaitMounted(pod);
  }

  @Test
  void a_local_device_must_be_one() throws IOException {
    Path file = Files.createFile(dir.resolve("file"));
    machine.plainClaim("data", "ReadWriteOnce", "Block", spec -> local(spec, file));
    machine.start();
    Pod pod = machine.pod("one", Machine.claimVolume("data", "data"));
    machine.awaitEvent(
        pod,
        "FailedMount: MountVolume.SetUp failed for volume \"pv-data\" : local.path "
            + file
            + " is not a block device of this machine; make it, and the pod follows");
    assertThat(new PodMounts(machine.layout.root(), machine.cluster, machine.mounts).of(pod))
        .containsExactly(
            new PodMounts.PodMount(
                "data",
                "persistentVolumeClaim",
                Optional.of(at(pod, "volumeDevices/kubernetes.io~local-volume/pv-data")),
                false));
    machine.delete(pod);
    machine.awaitGone(pod);
    machine.assertNothingLeft();
  }

  @Test
  void a_persistent_volume_may_be_a_path_of_the_host() throws IOException {
    Path path = Files.createDirectories(dir.resolve("path"));
    machine.plainClaim(
        "data",
        "ReadWriteOnce",
        "Filesystem",
        spec -> spec.setHostPath(new HostPathVolumeSource(path.toString(), "Directory")));
    machine.start();
    machine.awaitMounted(machine.pod("one", Machine.claimVolume("data", "data")));
    assertThat(machine.mounts.mountsBelow(machine.layout.root())).isEmpty();
  }

  @Test
  void a_path_of_the_host_is_no_device() {
    machine.plainClaim(
        "data",
        "ReadWriteOnce",
        "Block",
        spec -> spec.setHostPath(new HostPathVolumeSource("/dev/null", "")));
    machine.start();
    machine.awaitEvent(
        machine.pod("one", Machine.claimVolume("data", "data")),
        "FailedMount: PersistentVolume \"pv-data\" has volumeMode Block: on one machine only csi"
            + " and local volumes are devices; use Filesystem");
  }

  @Test
  void a_share_is_mounted_for_each_pod_with_the_options_of_its_volume() throws IOException {
    machine.mounts.server("files", true);
    machine.plainClaim(
        "data",
        "ReadWriteMany",
        "Filesystem",
        spec -> nfs(spec, false, "vers=4.1", "noatime,rsize=65536"));
    machine.start();
    Pod one = machine.pod("one", Machine.claimVolume("data", "data"));
    Pod two = machine.pod("two", Machine.claimVolume("data", "data"));
    machine.awaitMounted(one);
    machine.awaitMounted(two);
    Path place = at(one, "volumes/kubernetes.io~nfs/pv-data");
    assertThat(machine.mounts.share(place))
        .contains(
            new NfsShare("files", "/srv/data", List.of("noatime", "rsize=65536"), List.of("4.1")));
    assertThat(machine.mounts.mountsBelow(machine.layout.root()))
        .containsExactlyInAnyOrder(place, at(two, "volumes/kubernetes.io~nfs/pv-data"));
    assertThat(new PodMounts(machine.layout.root(), machine.cluster, machine.mounts).of(one))
        .containsExactly(
            new PodMounts.PodMount("data", "persistentVolumeClaim", Optional.of(place), true));
    Files.createFile(place.resolve("kept-on-the-server"));
    machine.delete(one);
    machine.delete(two);
    machine.awaitGone(two);
    assertThat(place.resolve("kept-on-the-server")).exists();
    Files.delete(place.resolve("kept-on-the-server"));
    machine.awaitGone(one);
    machine.assertNothingLeft();
  }

  @Test
  void a_share_that_is_only_read_is_mounted_so() {
    machine.mounts.server("files", true);
    machine.plainClaim("modes", "ReadOnlyMany", "Filesystem", spec -> nfs(spec, false));
    machine.plainClaim("field", "ReadWriteMany", "Filesystem", spec -> nfs(spec, true));
    machine.plainClaim("pod", "ReadWriteMany", "Filesystem", spec -> nfs(spec, false));
    machine.start();
    Volume reader =
        new VolumeBuilder().withName("pod").withNewPersistentVolumeClaim("pod", true).build();
    Pod pod =
        machine.pod(
            "one",
            Machine.claimVolume("modes", "modes"),
            Machine.claimVolume("field", "field"),
            reader);
    machine.awaitMounted(pod);
    for (String pv : List.of("pv-modes", "pv-field", "pv-pod")) {
      assertThat(machine.mounts.share(at(pod, "volumes/kubernetes.io~nfs/" + pv)))
          .map(NfsShare::options)
          .contains(List.of("ro"));
    }
  }

  @Test
  void a_pod_may_name_the_server_itself() throws IOException {
    machine.mounts.server("files", true);
    machine.start();
    Pod pod = machine.pod("one", inline("/srv/data"));
    machine.awaitMounted(pod);
    assertThat(machine.mounts.share(at(pod, "volumes/kubernetes.io~nfs/data")))
        .contains(NfsShare.of("files", "/srv/data", List.of(), false));
    machine.delete(pod);
    machine.awaitGone(pod);
    machine.assertNothingLeft();
  }

  @Test
  void a_server_that_does_not_answer_is_named_and_waited_for() {
    machine.start();
    Pod pod = machine.pod("one", inline("/srv/data"));
    machine.awaitEvent(
        pod,
        "FailedMount: MountVolume.SetUp failed for volume \"data\" : nfs files:/srv/data: nothing"
            + " answers; start the server");
    machine.mounts.server("files", true);
    machine.awaitMounted(pod);
  }

  @Test
  void a_mount_option_that_nfs_does_not_have_is_named() {
    machine.plainClaim(
        "data", "ReadWriteMany", "Filesystem", spec -> nfs(spec, false, "nobarrier"));
    machine.start();
    machine.awaitEvent(
        machine.pod("one", Machine.claimVolume("data", "data")),
        "FailedMount: volume \"pv-data\": mount option nobarrier: is no option of an NFS mount"
            + " (nfs(5)); correct mountOptions");
  }

  @Test
  void a_restart_takes_over_a_share_and_unmounts_it_when_its_pod_went_meanwhile()
      throws IOException {
    machine.mounts.server("files", true);
    machine.start();
    Pod stays = machine.pod("stays", inline("/srv/data"));
    Pod goes = machine.pod("goes", inline("/srv/data"));
    machine.awaitMounted(stays);
    machine.awaitMounted(goes);
    machine.stop();
    machine.delete(goes);
    machine.mounts.server("files", false);
    machine.start();
    machine.awaitGone(goes);
    assertThat(machine.mounts.mountsBelow(machine.layout.root()))
        .containsExactly(at(stays, "volumes/kubernetes.io~nfs/data"));
    assertThat(machine.cluster.get(Kind.POD, Key.of(stays))).isPresent();
    assertThat(machine.reason(stays)).isEqualTo("VolumesMounted");
  }
}
