package dev.berth.provisioner.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Int64Value;
import dev.berth.csi.v1.GetCapacityResponse;
import dev.berth.csi.v1.Topology;
import dev.berth.provisioner.csi.Capabilities;
import dev.berth.provisioner.object.Home;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.storage.CSIStorageCapacity;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class CapacityObjectsTest {
  private static CapacityObjects of(String node) {
    return new CapacityObjects(
        new Home(
            "d.example.com",
            new Capabilities(Set.of(), Set.of(), Set.of()),
            node,
            Optional.of(Topology.newBuilder().putSegments("k", node).build()),
            true,
            "x"),
        "berth-system");
  }

  private static Node node(String uid) {
    return new NodeBuilder().withNewMetadata().withName("n").withUid(uid).endMetadata().build();
  }

  private static GetCapacityResponse room(long available, long largest) {
    return GetCapacityResponse.newBuilder()
        .setAvailableCapacity(available)
        .setMaximumVolumeSize(Int64Value.of(largest))
        .build();
  }

  @Test
  void the_name_depends_on_class_and_node_alone() {
    assertThat(of("n").key("fast"))
        .isEqualTo(of("n").key("fast"))
        .isNotEqualTo(of("n").key("slow"));
    assertThat(of("n").key("fast")).isNotEqualTo(of("m").key("fast"));
    assertThat(of("n").key("fast").name()).matches("csisc-[0-9a-f]{24}");
  }

  @Test
  void an_object_of_the_same_labels_and_another_name_is_not_ours() {
    CSIStorageCapacity ours = of("n").of("fast", node("u"), room(1, 1));
    assertThat(of("n").isOurs(ours)).isTrue();
    ours.getMetadata().setName("csisc-abcde");
    assertThat(of("n").isOurs(ours)).isFalse();
  }

  @Test
  void only_a_change_of_room_or_owner_is_written() {
    CSIStorageCapacity is = of("n").of("fast", node("u"), room(2048, 1024));
    assertThat(CapacityObjects.same(is, of("n").of("fast", node("u"), room(2048, 1024)))).isTrue();
    assertThat(CapacityObjects.same(is, of("n").of("fast", node("u"), room(2048, 1023)))).isFalse();
    assertThat(CapacityObjects.same(is, of("n").of("fast", node("u"), room(2047, 1024)))).isFalse();
    assertThat(CapacityObjects.same(is, of("n").of("fast", node("v"), room(2048, 1024)))).isFalse();
  }

  @Test
  void a_long_name_of_a_node_still_makes_a_label() {
    String manager =
        of("n".repeat(60))
            .of("fast", node("u"), room(1, 1))
            .getMetadata()
            .getLabels()
            .get(CapacityObjects.MANAGER_LABEL);
    assertThat(manager).startsWith("external-provisioner-").hasSizeLessThanOrEqualTo(63);
  }
}
