package dev.berth.provisioner.placement;

import static java.util.Objects.requireNonNullElse;

import dev.berth.provisioner.object.Volume;
import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeAffinity;
import io.fabric8.kubernetes.api.model.NodeSelector;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.VolumeNodeAffinity;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whether pods and volumes may be on a node, by its labels and its name. */
final class NodeMatch {
  private final Map<String, String> labels;
  private final String name;

  NodeMatch(Node node) {
    this.labels = requireNonNullElse(node.getMetadata().getLabels(), Map.of());
    this.name = node.getMetadata().getName();
  }

  /** By the pod's nodeSelector and its required node affinity. */
  boolean allows(Pod pod) {
    Map<String, String> wanted = requireNonNullElse(pod.getSpec().getNodeSelector(), Map.of());
    Affinity affinity = pod.getSpec().getAffinity();
    NodeAffinity node = affinity == null ? null : affinity.getNodeAffinity();
    return labels.entrySet().containsAll(wanted.entrySet())
        && matches(node == null ? null : node.getRequiredDuringSchedulingIgnoredDuringExecution());
  }

  /** By the volume's node affinity. */
  boolean allows(Volume volume) {
    VolumeNodeAffinity affinity = volume.raw().getSpec().getNodeAffinity();
    return matches(affinity == null ? null : affinity.getRequired());
  }

  /** Terms are alternatives; no selector asks for nothing. */
  private boolean matches(@Nullable NodeSelector selector) {
    return selector == null || selector.getNodeSelectorTerms().stream().anyMatch(this::matches);
  }

  private boolean matches(NodeSelectorTerm term) {
    List<NodeSelectorRequirement> byLabel =
        requireNonNullElse(term.getMatchExpressions(), List.of());
    List<NodeSelectorRequirement> byField = requireNonNullElse(term.getMatchFields(), List.of());
    return !(byLabel.isEmpty() && byField.isEmpty()) // an empty term matches no node
        && byLabel.stream().allMatch(want -> matches(want, labels.get(want.getKey())))
        && byField.stream()
            .allMatch(want -> matches(want, want.getKey().equals("metadata.name") ? name : null));
  }

  private static boolean matches(NodeSelectorRequirement want, @Nullable String value) {
    List<String> values = requireNonNullElse(want.getValues(), List.of());
    return switch (want.getOperator()) {
      case "In" -> value != null && values.contains(value);
      case "NotIn" -> value == null || !values.contains(value);
      case "Exists" -> value != null;
      case "DoesNotExist" -> value == null;
      case "Gt" -> value != null && compare(value, values) > 0;
      case "Lt" -> value != null && compare(value, values) < 0;
      default -> false; // an operator that the API does not know
    };
  }

  private static int compare(String value, List<String> bound) {
    try {
      return Long.compare(Long.parseLong(value), Long.parseLong(bound.getFirst()));
    } catch (NumberFormatException _) {
      return 0; // neither greater nor less
    }
  }
}
