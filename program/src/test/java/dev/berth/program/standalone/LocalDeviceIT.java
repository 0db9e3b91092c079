package dev.berth.program.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.program.nfs.NfsMounts;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Preconditions;
import dev.berth.provisioner.cluster.embedded.EmbeddedCluster;
import dev.berth.provisioner.pod.VolumeManager;
import dev.berth.storage.Bytes;
import dev.berth.storage.linux.Linux;
import dev.berth.storage.linux.LoopDevice;
import dev.berth.storage.linux.LoopDevices.AttachRequest;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real block device as a PersistentVolume of kind local. */
class LocalDeviceIT {
  private static final Linux LINUX = Linux.real();
  private static final long SIZE = 8L << 20;

  @TempDir private Path temporary;
  private Path dir;
  private EmbeddedCluster cluster;
  private NfsMounts nfs;
  private LoopDevice loop;
  private VolumeManager manager;

  @BeforeEach
  void start() throws IOException {
    dir = temporary.toRealPath();
    Path image = dir.resolve("disk.img");
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(SIZE);
      file.writeBytes("on the disk");
    }
    cluster = EmbeddedCluster.open(dir.resolve("cluster.db"), Clock.systemUTC());
    nfs = new NfsMounts(LINUX.mounts(), NfsMounts.Patience.USUAL);
    loop =
        LINUX
            .loops()
            .attach(new AttachRequest(image, "local-device", new Bytes(512), false, false, false));
    manager = manage();
  }

  private VolumeManager manage() {
    return VolumeManager.start(
        VolumeManager.Settings.of("here", dir.resolve("root")),
        cluster,
        List.of(),
        new KernelHostMounts(LINUX.mounts(), nfs),
        Clock.systemUTC());
  }

  @AfterEach
  void stop() {
    manager.close();
    LINUX
        .mounts()
        .table()
        .below(dir)
        .forEach(e -> LINUX.mounts().unmount(e.mountPoint(), Set.of()));
    LINUX.loops().detach(loop);
    nfs.close();
    cluster.close();
  }

  private void boundToTheDevice(Path device) {
    PersistentVolumeClaim claim =
        cluster.create(
            new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withNamespace("default")
                .withName("disk")
                .endMetadata()
                .withNewSpec()
                .withStorageClassName("")
                .withAccessModes("ReadWriteOnce")
                .withVolumeMode("Block")
                .withVolumeName("disk")
                .withNewResources()
                .addToRequests("storage", new Quantity("8Mi"))
                .endResources()
                .endSpec()
                .build());
    cluster.create(
        new PersistentVolumeBuilder()
            .withNewMetadata()
            .withName("disk")
            .endMetadata()
            .withNewSpec()
            .withStorageClassName("")
            .withAccessModes("ReadWriteOnce")
            .withVolumeMode("Block")
            .withPersistentVolumeReclaimPolicy("Retain")
            .addToCapacity("storage", new Quantity("8Mi"))
            .withNewLocal()
            .withPath(device.toString())
            .endLocal()
            .withNewNodeAffinity()
            .withNewRequired()
            .addNewNodeSelectorTerm()
            .addNewMatchExpression()
            .withKey("kubernetes.io/hostname")
            .withOperator("Exists")
            .endMatchExpression()
            .endNodeSelectorTerm()
            .endRequired()
            .endNodeAffinity()
            .withNewClaimRef()
            .withNamespace("default")
            .withName("disk")
            .withUid(claim.getMetadata().getUid())
            .endClaimRef()
            .endSpec()
            .build());
    cluster.replaceStatus(
        new PersistentVolumeClaimBuilder(claim)
            .withNewStatus()
            .withPhase("Bound")
            .endStatus()
            .build());
  }

  private Pod pod() {
    return cluster.create(
        new PodBuilder()
            .withNewMetadata()
            .withNamespace("default")
            .withName("web")
            .endMetadata()
            .withNewSpec()
            .withNodeName("here")
            .addNewContainer()
            .withName("main")
            .withImage("busybox")
            .addNewVolumeDevice("/dev/data", "data")
            .endContainer()
            .addNewVolume()
            .withName("data")
            .withNewPersistentVolumeClaim("disk", false)
            .endVolume()
            .endSpec()
            .build());
  }

  @Test
  void it_is_in_the_pods_folder_until_the_pod_goes_and_survives_a_restart() throws IOException {
    // As people name it: by a link that stays when the numbers change.
    Path link = Files.createSymbolicLink(dir.resolve("by-id"), loop.path());
    boundToTheDevice(link);
    Pod pod = pod();
    await()
        .untilAsserted(
            () ->
                assertThat(cluster.get(Kind.POD, Key.of(pod)).orElseThrow().getStatus().getReason())
                    .isEqualTo("VolumesMounted"));
    Path device =
        dir.resolve("root/pods")
            .resolve(pod.getMetadata().getUid())
            .resolve("volumeDevices/kubernetes.io~local-volume/disk");
    assertThat(LINUX.files().stat(device).node()).contains(loop.device());
    assertThat(new String(head(device), StandardCharsets.UTF_8)).isEqualTo("on the disk");
    int mounts = LINUX.mounts().table().below(dir).size();
    manager.close();
    manager = manage();
    cluster.delete(Kind.POD, Key.of(pod), Preconditions.NONE);
    await().until(() -> cluster.get(Kind.POD, Key.of(pod)).isEmpty());
    Files.delete(link);
    assertThat(mounts).isEqualTo(1);
    assertThat(LINUX.mounts().table().below(dir)).isEmpty();
    assertThat(dir.resolve("root/pods")).isEmptyDirectory();
    assertThat(LINUX.files().stat(loop.path()).node()).contains(loop.device());
  }

  private static byte[] head(Path device) throws IOException {
    try (RandomAccessFile open = new RandomAccessFile(device.toFile(), "r")) {
      byte[] bytes = new byte["on the disk".length()];
      open.readFully(bytes);
      return bytes;
    }
  }
}
