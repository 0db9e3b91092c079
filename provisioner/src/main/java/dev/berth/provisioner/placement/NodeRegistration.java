package dev.berth.provisioner.placement;

import static java.util.Objects.requireNonNullElse;

import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The Node object of a machine without a kubelet: its name, and as labels what the driver says of
 * where it stands, as the kubelet copies it.
 */
public final class NodeRegistration {
  private NodeRegistration() {}

  /** Creates the Node, or adds the labels that it lacks; labels of others stay. */
  public static void ensure(Cluster cluster, String name, Map<String, String> topology) {
    Map<String, String> labels = new TreeMap<>(topology);
    labels.put("kubernetes.io/hostname", name);
    labels.put("kubernetes.io/os", "linux");
    Optional<Node> found = cluster.getLive(Kind.NODE, Key.of(name));
    if (found.isEmpty()) {
      cluster.create(
          new NodeBuilder()
              .withNewMetadata()
              .withName(name)
              .withLabels(labels)
              .endMetadata()
              .withNewSpec()
              .endSpec()
              .build());
      return;
    }
    Node node = found.get();
    Map<String, String> has = requireNonNullElse(node.getMetadata().getLabels(), Map.of());
    if (!has.entrySet().containsAll(labels.entrySet())) {
      cluster.replace(
          new NodeBuilder(node).editMetadata().addToLabels(labels).endMetadata().build());
    }
  }
}
