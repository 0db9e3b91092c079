package dev.berth.provisioner.object;

import dev.berth.csi.v1.Topology;
import dev.berth.provisioner.csi.Capabilities;
import java.util.Optional;

/**
 * What the controllers of one node know of themselves.
 *
 * @param driver the name of the CSI driver whose volumes they look after
 * @param capabilities what that driver can do
 * @param node the node's name
 * @param topology where the driver says that the node stands; empty without topology
 * @param extraMetadata whether CreateVolume is told the names of claim and PV
 * @param cluster the uid of the cluster, where the driver writes down for whom it makes volumes
 * @param identity {@code <milliseconds>-<random>-<driver>-<node>}: who made a volume, for people
 */
public record Home(
    String driver,
    Capabilities capabilities,
    String node,
    Optional<Topology> topology,
    boolean extraMetadata,
    Optional<String> cluster,
    String identity) {
  /** With a driver that does not write down for whom it makes volumes. */
  public Home(
      String driver,
      Capabilities capabilities,
      String node,
      Optional<Topology> topology,
      boolean extraMetadata,
      String identity) {
    this(driver, capabilities, node, topology, extraMetadata, Optional.empty(), identity);
  }

  /** Whether a PV was made on this node. */
  public boolean has(Volume volume) {
    return volume.label(Names.nodeLabel(driver)).filter(node::equals).isPresent();
  }
}
