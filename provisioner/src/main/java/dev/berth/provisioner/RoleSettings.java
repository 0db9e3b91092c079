package dev.berth.provisioner;

import dev.berth.provisioner.object.Names;
import java.time.Duration;
import java.util.Optional;

/**
 * What the two roles of a program in a Kubernetes cluster are told at their start.
 *
 * @param nodeName the name of the Node object of this machine
 * @param driver the CSI driver whose claims they serve
 * @param podNamespace where CSIStorageCapacity objects are kept: the namespace of our own pod
 * @param binder who binds claims
 * @param extraCreateMetadata whether CreateVolume is told the names of claim and PV
 * @param lostNodes what is done about nodes that are away
 */
public record RoleSettings(
    String nodeName,
    String driver,
    String podNamespace,
    BinderMode binder,
    boolean extraCreateMetadata,
    LostNodes lostNodes) {
  /**
   * What is done about nodes that are away.
   *
   * @param grace how long a node may be NotReady before claims that wait for it are placed anew
   * @param forgetAfter how long after the end of a Node object its PVs lose their finalizer and are
   *     deleted, while their data stays where it is; empty for never
   */
  public record LostNodes(Duration grace, Optional<Duration> forgetAfter) {
    /** Five minutes of grace, and no PV is ever forgotten. */
    public static final LostNodes DEFAULT = new LostNodes(Duration.ofMinutes(5), Optional.empty());

    public LostNodes {
      if (grace.isNegative() || forgetAfter.filter(Duration::isNegative).isPresent()) {
        throw new IllegalArgumentException(
            "lost nodes: grace=" + grace + ", forgetAfter=" + forgetAfter + ": not negative");
      }
    }
  }

  public RoleSettings {
    require("nodeName", nodeName);
    require("driver", driver);
    require("podNamespace", podNamespace);
  }

  /** We bind where we may, tell names, and forget no node. */
  public static RoleSettings of(String nodeName, String driver, String podNamespace) {
    return new RoleSettings(
        nodeName, driver, podNamespace, BinderMode.AUTO, true, LostNodes.DEFAULT);
  }

  /** The label that every PV of the driver has from birth; its value is the node's name. */
  public String nodeLabel() {
    return Names.nodeLabel(driver);
  }

  private static void require(String field, String value) {
    if (value.isBlank()) {
      throw new IllegalArgumentException(field + " is empty: it must be given");
    }
  }
}
