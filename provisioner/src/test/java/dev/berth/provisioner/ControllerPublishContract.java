package dev.berth.provisioner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.csi.v1.ControllerPublishVolumeRequest;
import dev.berth.csi.v1.ControllerPublishVolumeResponse;
import dev.berth.csi.v1.ControllerUnpublishVolumeRequest;
import dev.berth.csi.v1.VolumeCapability.AccessMode.Mode;
import dev.berth.provisioner.csi.Answer;
import dev.berth.provisioner.csi.CsiDriver;
import dev.berth.provisioner.csi.VolumeCapabilities;
import io.grpc.Status;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What the CSI specification asks of ControllerPublishVolume and ControllerUnpublishVolume; every
 * driver that attaches is held to it, the fake one first.
 */
abstract class ControllerPublishContract {
  /** The driver under test. */
  abstract CsiDriver driver();

  /** The id of a volume that exists and is attached nowhere. */
  abstract String volume();

  /** The id of a node that exists. */
  abstract String node();

  /** The id of another node that exists. */
  abstract String otherNode();

  private Answer<ControllerPublishVolumeResponse> publish(String volume, String node, Mode mode) {
    return driver().controllerPublish(request(volume, node, mode).build());
  }

  private static ControllerPublishVolumeRequest.Builder request(
      String volume, String node, Mode mode) {
    return ControllerPublishVolumeRequest.newBuilder()
        .setVolumeId(volume)
        .setNodeId(node)
        .setVolumeCapability(VolumeCapabilities.of(mode, "Filesystem", "", List.of()));
  }

  private Answer<?> unpublish(String volume, String node) {
    return driver()
        .controllerUnpublish(
            ControllerUnpublishVolumeRequest.newBuilder()
                .setVolumeId(volume)
                .setNodeId(node)
                .build());
  }

  private static void assertRefused(Answer<?> answer, Status.Code code) {
    assertThat(answer)
        .isInstanceOfSatisfying(
            Answer.Refused.class, refused -> assertThat(refused.code()).isEqualTo(code));
  }

  @Test
  void publishing_twice_gives_the_same_context_twice() {
    var first = publish(volume(), node(), Mode.SINGLE_NODE_WRITER);
    assertThat(first).isInstanceOf(Answer.Done.class);
    assertThat(publish(volume(), node(), Mode.SINGLE_NODE_WRITER)).isEqualTo(first);
  }

  @Test
  void a_single_node_volume_is_refused_to_a_second_node_until_the_first_has_let_go() {
    publish(volume(), node(), Mode.SINGLE_NODE_WRITER);
    assertRefused(
        publish(volume(), otherNode(), Mode.SINGLE_NODE_WRITER), Status.Code.FAILED_PRECONDITION);
    assertThat(unpublish(volume(), node())).isInstanceOf(Answer.Done.class);
    assertThat(publish(volume(), otherNode(), Mode.SINGLE_NODE_WRITER))
        .isInstanceOf(Answer.Done.class);
  }

  @Test
  void a_volume_of_many_nodes_goes_to_a_second_one() {
    publish(volume(), node(), Mode.MULTI_NODE_MULTI_WRITER);
    assertThat(publish(volume(), otherNode(), Mode.MULTI_NODE_MULTI_WRITER))
        .isInstanceOf(Answer.Done.class);
  }

  @Test
  void the_same_node_with_another_capability_is_refused() {
    publish(volume(), node(), Mode.SINGLE_NODE_WRITER);
    assertRefused(
        publish(volume(), node(), Mode.SINGLE_NODE_READER_ONLY), Status.Code.ALREADY_EXISTS);
  }

  @Test
  void what_is_missing_or_unknown_is_refused() {
    Mode mode = Mode.SINGLE_NODE_WRITER;
    assertRefused(publish("", node(), mode), Status.Code.INVALID_ARGUMENT);
    assertRefused(publish(volume(), "", mode), Status.Code.INVALID_ARGUMENT);
    assertRefused(publish("fake-volume", node(), mode), Status.Code.NOT_FOUND);
    assertRefused(publish(volume(), "fake-node", mode), Status.Code.NOT_FOUND);
    assertRefused(
        driver().controllerPublish(request(volume(), node(), mode).clearVolumeCapability().build()),
        Status.Code.INVALID_ARGUMENT);
    assertRefused(unpublish("", node()), Status.Code.INVALID_ARGUMENT);
  }

  @Test
  void what_is_not_attached_is_detached_already_and_no_node_means_all() {
    assertThat(unpublish(volume(), node())).isInstanceOf(Answer.Done.class);
    publish(volume(), node(), Mode.SINGLE_NODE_WRITER);
    assertThat(unpublish(volume(), "")).isInstanceOf(Answer.Done.class);
    assertThat(publish(volume(), otherNode(), Mode.SINGLE_NODE_WRITER))
        .isInstanceOf(Answer.Done.class);
  }
}
