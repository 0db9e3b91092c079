package dev.berth.provisioner.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.csi.v1.NodePublishVolumeRequest;
import dev.berth.csi.v1.NodeUnpublishVolumeRequest;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Volumes of kind csi: published with what the pod says, unpublished with the pod. */
class InlineVolumesTest {
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

  private static Volume inline(String driver) {
    return new VolumeBuilder()
        .withName("scratch")
        .withNewCsi()
        .withDriver(driver)
        .withFsType("ext4")
        .addToVolumeAttributes("size", "32Mi")
        .endCsi()
        .build();
  }

  @Test
  void one_is_published_without_staging_and_goes_with_its_pod() throws IOException {
    machine.start();
    Pod pod = machine.pod("web", inline(FakeCsiNode.NAME));
    machine.awaitMounted(pod);
    NodePublishVolumeRequest request =
        machine.csi.requests(NodePublishVolumeRequest.class).getFirst();
    String handle = InlineVolumes.handle(pod, "scratch");
    assertThat(request.getVolumeId()).isEqualTo(handle).matches("csi-[0-9a-f]{64}");
    assertThat(request.getStagingTargetPath()).isEmpty();
    assertThat(request.getVolumeCapability().getMount().getFsType()).isEqualTo("ext4");
    assertThat(request.getVolumeContextMap())
        .containsAllEntriesOf(
            Map.of(
                "size", "32Mi",
                "csi.storage.k8s.io/ephemeral", "true",
                "csi.storage.k8s.io/pod.name", "web",
                "csi.storage.k8s.io/pod.uid", pod.getMetadata().getUid()));
    machine.stop();
    machine.start();
    machine.delete(pod);
    machine.awaitGone(pod);
    assertThat(machine.csi.requests(NodeUnpublishVolumeRequest.class))
        .extracting(NodeUnpublishVolumeRequest::getVolumeId)
        .contains(handle);
  }

  @Test
  void a_driver_that_is_not_here_is_refused_with_those_that_are() throws IOException {
    machine.start();
    Pod pod = machine.pod("web", inline("other.example.com"));
    await()
        .untilAsserted(
            () ->
                assertThat(machine.events(pod))
                    .anyMatch(
                        e ->
                            e.contains(
                                "volume \"scratch\": csi.driver \"other.example.com\" is not on this node; it has")));
  }
}
