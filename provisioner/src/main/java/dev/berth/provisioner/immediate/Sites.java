package dev.berth.provisioner.immediate;

import static java.util.Objects.requireNonNullElse;

import dev.berth.provisioner.capacity.CapacityController;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.object.Klass;
import dev.berth.provisioner.object.NodeView;
import dev.berth.provisioner.quantity.Bytes;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.TopologySelectorTerm;
import io.fabric8.kubernetes.api.model.storage.CSIStorageCapacity;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Reads where volumes of a class may be made now. */
final class Sites {
  private final Cluster cluster;
  private final String driver;

  Sites(Cluster cluster, String driver) {
    this.cluster = cluster;
    this.driver = driver;
  }

  /** Nodes that are ready, take pods, are allowed by the class, and say how much room they have. */
  List<Site> of(Klass klass) {
    List<NodeView> nodes =
        cluster.list(Kind.NODE).stream()
            .map(NodeView::new)
            .filter(node -> node.ready() && node.schedulable() && allowed(klass, node))
            .toList();
    return cluster.list(Kind.CSI_STORAGE_CAPACITY).stream()
        .filter(object -> klass.name().equals(object.getStorageClassName()) && isOurs(object))
        .flatMap(object -> sites(object, nodes))
        .toList();
  }

  private boolean isOurs(CSIStorageCapacity object) {
    return driver.equals(
        requireNonNullElse(object.getMetadata().getLabels(), Map.<String, String>of())
            .get(CapacityController.DRIVER_LABEL));
  }

  private static Stream<Site> sites(CSIStorageCapacity object, List<NodeView> nodes) {
    Bytes largest =
        object.getMaximumVolumeSize() != null
            ? Bytes.of(object.getMaximumVolumeSize())
            : object.getCapacity() != null ? Bytes.of(object.getCapacity()) : new Bytes(0);
    return nodes.stream()
        .filter(node -> selects(object.getNodeTopology(), node))
        .map(node -> new Site(node.name(), largest, new Bytes(0), 0));
  }

  private static boolean selects(LabelSelector selector, NodeView node) {
    return selector != null
        && requireNonNullElse(selector.getMatchExpressions(), List.of()).isEmpty()
        && node.labels()
            .entrySet()
            .containsAll(
                requireNonNullElse(selector.getMatchLabels(), Map.<String, String>of()).entrySet());
  }

  private static boolean allowed(Klass klass, NodeView node) {
    return klass.allowedTopologies().isEmpty()
        || klass.allowedTopologies().stream().anyMatch(term -> allows(term, node));
  }

  private static boolean allows(TopologySelectorTerm term, NodeView node) {
    return term.getMatchLabelExpressions().stream()
        .allMatch(label -> label.getValues().contains(node.labels().get(label.getKey())));
  }
}
