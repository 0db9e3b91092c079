package dev.berth.provisioner.attachment;

import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.csi.CsiDriver;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Whether the volumes of a driver must be attached before they are mounted: as its CSIDriver object
 * says, and where there is none, yes, as in Kubernetes; but of drivers that we are connected to, as
 * they themselves say.
 */
public final class AttachRequired {
  private final Cluster cluster;
  private final Map<String, Boolean> connected;

  /**
   * What is asked is read from this cluster.
   *
   * @param connected drivers that may be asked themselves
   */
  public AttachRequired(Cluster cluster, List<CsiDriver> connected) {
    this.cluster = cluster;
    this.connected =
        connected.stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    CsiDriver::name, driver -> driver.capabilities().publishUnpublish()));
  }

  /** Whether volumes of the driver must be attached. */
  public boolean by(String driver) {
    return cluster
        .get(Kind.CSI_DRIVER, Key.of(driver))
        .map(object -> !Boolean.FALSE.equals(object.getSpec().getAttachRequired()))
        .orElseGet(() -> connected.getOrDefault(driver, true));
  }
}
