package dev.berth.provisioner.placement;

import static java.util.Objects.requireNonNullElse;

import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeCondition;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The Node object of a machine without a kubelet: its name, and as labels what the driver says of
 * where it stands, as the kubelet copies it.
 */
public final class NodeRegistration {
  private static final String READY = "Ready";

  private NodeRegistration() {}

  /** Creates the Node, or adds the labels that it lacks; labels of others stay. */
  public static void ensure(Cluster cluster, String name, Map<String, String> topology) {
    Map<String, String> labels = new TreeMap<>(topology);
    labels.put("kubernetes.io/hostname", name);
    labels.put("kubernetes.io/os", "linux");
    Node node =
        cluster.getLive(Kind.NODE, Key.of(name)).orElseGet(() -> create(cluster, name, labels));
    Map<String, String> has = requireNonNullElse(node.getMetadata().getLabels(), Map.of());
    if (!has.entrySet().containsAll(labels.entrySet())) {
      node =
          cluster.replace(
              new NodeBuilder(node).editMetadata().addToLabels(labels).endMetadata().build());
    }
    if (!isReady(node)) {
      cluster.replaceStatus(ready(node));
    }
  }

  private static Node create(Cluster cluster, String name, Map<String, String> labels) {
    return cluster.create(
        new NodeBuilder()
            .withNewMetadata()
            .withName(name)
            .withLabels(labels)
            .endMetadata()
            .withNewSpec()
            .endSpec()
            .build());
  }

  private static boolean isReady(Node node) {
    return node.getStatus() != null
        && requireNonNullElse(node.getStatus().getConditions(), List.<NodeCondition>of()).stream()
            .anyMatch(c -> READY.equals(c.getType()) && "True".equals(c.getStatus()));
  }

  /** There is no kubelet to say so, and whoever can read this is answered by a running daemon. */
  private static Node ready(Node node) {
    return new NodeBuilder(node)
        .editOrNewStatus()
        .removeMatchingFromConditions(c -> READY.equals(c.getType()))
        .addNewCondition()
        .withType(READY)
        .withStatus("True")
        .withReason("BerthReady")
        .withMessage("berth mounts the volumes of this machine")
        .withLastTransitionTime(node.getMetadata().getCreationTimestamp())
        .endCondition()
        .endStatus()
        .build();
  }
}
