package dev.berth.provisioner.attachment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.provisioner.FakeAttacher;
import dev.berth.provisioner.Objects;
import dev.berth.provisioner.attachment.AttacherDecision.Sight;
import dev.berth.provisioner.object.Volume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.storage.VolumeAttachmentBuilder;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class AttacherDecisionTest {
  private static final String DRIVER = FakeAttacher.NAME;
  private static final String FINALIZER = "external-attacher/attaching-csi-berth-dev";

  private final AttacherDecision decision = new AttacherDecision(DRIVER, true);

  private static VolumeAttachmentBuilder attachment() {
    return new VolumeAttachmentBuilder()
        .withNewMetadata()
        .withName("csi-1")
        .endMetadata()
        .withNewSpec()
        .withAttacher(DRIVER)
        .withNodeName("one")
        .withNewSource()
        .withPersistentVolumeName("data")
        .endSource()
        .endSpec();
  }

  private static VolumeAttachmentBuilder held() {
    return attachment()
        .editMetadata()
        .addToFinalizers(FINALIZER)
        .addToAnnotations(Attachment.NODE_ID, "id-of-one")
        .addToAnnotations(Attachment.HANDLE, "vol-1")
        .endMetadata();
  }

  private static VolumeAttachmentBuilder deleting(VolumeAttachmentBuilder attachment) {
    return attachment.editMetadata().withDeletionTimestamp("2026-01-02T00:00:00Z").endMetadata();
  }

  private static PersistentVolumeBuilder volume() {
    return Objects.volume("data")
        .editSpec()
        .editCsi()
        .withDriver(DRIVER)
        .withVolumeHandle("vol-1")
        .endCsi()
        .endSpec();
  }

  private static PersistentVolumeBuilder heldVolume() {
    return volume().editMetadata().addToFinalizers(FINALIZER).endMetadata();
  }

  private Work decide(
      VolumeAttachmentBuilder attachment,
      Optional<PersistentVolumeBuilder> volume,
      String... nodeId) {
    return decision.decide(
        new Sight(
            new Attachment(attachment.build()),
            volume.map(v -> new Volume(v.build())),
            java.util.Arrays.stream(nodeId).findFirst()));
  }

  @Test
  void finalizers_come_before_the_first_call() {
    assertThat(decide(attachment(), Optional.of(volume()), "id-of-one"))
        .isEqualTo(new Work.Hold("id-of-one", "vol-1"));
    assertThat(decide(held(), Optional.of(volume()), "id-of-one"))
        .isEqualTo(new Work.HoldVolume(new Volume(volume().build())));
    assertThat(decide(held(), Optional.of(heldVolume()), "id-of-one"))
        .isEqualTo(new Work.Publish("id-of-one"));
  }

  @Test
  void what_is_attached_or_anothers_is_left_alone() {
    VolumeAttachmentBuilder attached = held().withNewStatus().withAttached(true).endStatus();
    assertThat(decide(attached, Optional.of(heldVolume()), "id-of-one"))
        .isEqualTo(new Work.Nothing());
    VolumeAttachmentBuilder other = attachment().editSpec().withAttacher("other").endSpec();
    assertThat(decide(other, Optional.of(volume()), "id-of-one")).isEqualTo(new Work.Nothing());
    assertThat(decide(deleting(other), Optional.of(volume()), "id-of-one"))
        .isEqualTo(new Work.Nothing());
  }

  @Test
  void what_cannot_be_attached_says_why() {
    assertThat(decide(attachment(), Optional.empty(), "id-of-one"))
        .isEqualTo(new Work.Refuse("persistentvolume \"data\" not found"));
    assertThat(decide(attachment(), Optional.of(volume())))
        .isEqualTo(new Work.Refuse("CSINode one does not contain driver attaching.csi.berth.dev"));
    assertThat(decide(attachment(), Optional.of(Objects.volume("data")), "id-of-one"))
        .isEqualTo(
            new Work.Refuse(
                "PersistentVolume \"data\" is no volume of driver attaching.csi.berth.dev"));
    PersistentVolumeBuilder leaving =
        heldVolume().editMetadata().withDeletionTimestamp("2026-01-02T00:00:00Z").endMetadata();
    assertThat(decide(held(), Optional.of(leaving), "id-of-one"))
        .isEqualTo(new Work.Refuse("PersistentVolume \"data\" is marked for deletion"));
  }

  @Test
  void what_may_have_been_attached_is_detached_whatever_its_status_says() {
    Work.Unpublish detach =
        new Work.Unpublish("id-of-one", "vol-1", Optional.of(new Volume(heldVolume().build())));
    assertThat(decide(deleting(held()), Optional.of(heldVolume()), "id-of-one")).isEqualTo(detach);
    assertThat(decide(deleting(held()), Optional.of(heldVolume()))).isEqualTo(detach);
    assertThat(decide(deleting(attachment()), Optional.of(volume()), "id-of-one"))
        .isEqualTo(new Work.Nothing());
  }

  @Test
  void without_pv_and_csinode_the_notes_on_the_attachment_say_how_to_detach() {
    assertThat(decide(deleting(held()), Optional.empty()))
        .isEqualTo(new Work.Unpublish("id-of-one", "vol-1", Optional.empty()));
    VolumeAttachmentBuilder anothers =
        attachment().editMetadata().addToFinalizers(FINALIZER).endMetadata();
    assertThat(decide(deleting(anothers), Optional.empty(), "id-of-one"))
        .isEqualTo(new Work.Stuck("persistentvolume \"data\" not found"));
    assertThat(decide(deleting(anothers), Optional.of(heldVolume())))
        .isEqualTo(new Work.Stuck("CSINode one does not contain driver attaching.csi.berth.dev"));
  }

  @Test
  void a_driver_without_the_call_has_everything_attached_at_once() {
    AttacherDecision trivial = new AttacherDecision(DRIVER, false);
    Sight there =
        new Sight(
            new Attachment(attachment().build()),
            Optional.of(new Volume(volume().build())),
            Optional.empty());
    assertThat(trivial.decide(there)).isEqualTo(new Work.Trivial());
    Sight going =
        new Sight(new Attachment(deleting(held()).build()), Optional.empty(), Optional.empty());
    assertThat(trivial.decide(going)).isEqualTo(new Work.LetGo());
  }
}
