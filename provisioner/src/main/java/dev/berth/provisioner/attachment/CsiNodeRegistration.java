package dev.berth.provisioner.attachment;

import static java.util.Objects.requireNonNullElse;

import dev.berth.csi.v1.NodeGetInfoResponse;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.csi.Answer;
import dev.berth.provisioner.csi.CsiDriver;
import dev.berth.provisioner.csi.DriverUnavailableException;
import io.fabric8.kubernetes.api.model.storage.CSINode;
import io.fabric8.kubernetes.api.model.storage.CSINodeBuilder;
import io.fabric8.kubernetes.api.model.storage.CSINodeDriver;
import io.fabric8.kubernetes.api.model.storage.CSINodeDriverBuilder;
import java.util.List;

/** The CSINode object of a machine without a kubelet: under which id each driver knows the node. */
public final class CsiNodeRegistration {
  private CsiNodeRegistration() {}

  /**
   * Writes what the driver says of this node; what other drivers said stays.
   *
   * @throws DriverUnavailableException if the driver does not say
   */
  public static void ensure(Cluster cluster, String node, CsiDriver driver) {
    if (!(driver.nodeInfo() instanceof Answer.Done<NodeGetInfoResponse>(var info))) {
      throw new DriverUnavailableException("NodeGetInfo of " + driver.name() + " has no answer");
    }
    CSINodeDriver entry =
        new CSINodeDriverBuilder()
            .withName(driver.name())
            .withNodeID(info.getNodeId())
            .withTopologyKeys(List.copyOf(info.getAccessibleTopology().getSegmentsMap().keySet()))
            .build();
    CSINode there =
        cluster.getLive(Kind.CSI_NODE, Key.of(node)).orElseGet(() -> create(cluster, node));
    if (!requireNonNullElse(there.getSpec().getDrivers(), List.<CSINodeDriver>of())
        .contains(entry)) {
      cluster.replace(
          new CSINodeBuilder(there)
              .editSpec()
              .removeMatchingFromDrivers(known -> driver.name().equals(known.getName()))
              .addToDrivers(entry)
              .endSpec()
              .build());
    }
  }

  private static CSINode create(Cluster cluster, String node) {
    return cluster.create(
        new CSINodeBuilder()
            .withNewMetadata()
            .withName(node)
            .endMetadata()
            .withNewSpec()
            .endSpec()
            .build());
  }
}
