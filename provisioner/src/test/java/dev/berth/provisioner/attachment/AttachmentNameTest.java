package dev.berth.provisioner.attachment;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.storage.VolumeAttachmentBuilder;
import org.junit.jupiter.api.Test;

final class AttachmentNameTest {
  private static Attachment attachment(String driver, String node) {
    return new Attachment(
        new VolumeAttachmentBuilder()
            .withNewMetadata()
            .withName(AttachmentName.of("vol-1", driver, node))
            .endMetadata()
            .withNewSpec()
            .withAttacher(driver)
            .withNodeName(node)
            .endSpec()
            .build());
  }

  @Test
  void the_name_is_the_digest_of_handle_driver_and_node_as_kube_controller_manager_makes_it() {
    // printf %s vol-1csi.example.comnode-1 | sha256sum
    assertThat(AttachmentName.of("vol-1", "csi.example.com", "node-1"))
        .isEqualTo("csi-b74c7fc125891ffa0d0f2e0d645733e3fae7fba3066e76500a771ea08be9da28")
        .satisfies(name -> assertThat(AttachmentName.isOne(name)).isTrue());
    assertThat(AttachmentName.isOne("csi-by-hand")).isFalse();
  }

  @Test
  void what_a_node_lists_is_matched_with_the_attachment_without_its_pv() {
    Attachment attachment = attachment("csi.example.com", "node-1");
    assertThat(AttachmentName.unique("csi.example.com", "vol-1"))
        .isEqualTo("kubernetes.io/csi/csi.example.com^vol-1")
        .satisfies(unique -> assertThat(AttachmentName.isOf(unique, attachment)).isTrue());
    assertThat(AttachmentName.isOf("kubernetes.io/csi/csi.example.com^vol-2", attachment))
        .isFalse();
    assertThat(AttachmentName.isOf("kubernetes.io/nfs/vol-1", attachment)).isFalse();
  }

  @Test
  void the_finalizer_has_the_drivers_name_without_what_names_cannot_have() {
    assertThat(AttachmentName.finalizer("shared.berth.dev"))
        .isEqualTo("external-attacher/shared-berth-dev");
  }
}
