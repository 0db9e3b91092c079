package dev.berth.program.serve;

import dev.berth.csi.server.Endpoint;
import dev.berth.node.ephemeral.EphemeralSettings;
import dev.berth.provisioner.Attaching;
import dev.berth.provisioner.RoleSettings;
import dev.berth.provisioner.csi.CsiDriver;
import dev.berth.storage.PoolSettings;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What {@code berth serve} is told.
 *
 * @param kubeletDir the kubelet's root folder, at the same path as on the host
 * @param stateDir where the list of known pools is kept
 * @param inline whether pods may have inline ephemeral volumes
 * @param http where probes and metrics are answered; empty for nowhere
 */
record ServeSettings(
    Path kubeletDir,
    Path stateDir,
    List<PoolSettings> pools,
    EphemeralSettings inline,
    Optional<InetSocketAddress> http,
    KubernetesSettings kubernetes) {
  /**
   * The part that talks to the API server.
   *
   * @param kubeconfig empty for the pod's own service account
   * @param requestsPerSecond to the API server, over time
   * @param burst requests at once after a quiet time
   */
  record KubernetesSettings(
      Optional<Path> kubeconfig,
      int requestsPerSecond,
      int burst,
      RoleSettings roles,
      AttachDetach attachDetach) {
    /** The Lease of the controller role: upstream's name for a driver's provisioner. */
    String leaseName() {
      return roles.driver().replaceAll("[^a-zA-Z0-9-]", "-");
    }
  }

  /**
   * Whether we say, instead of kube-controller-manager, which volumes are attached to which nodes.
   *
   * @param on whether we do
   * @param forceAfter after which time a node that is not ready loses volumes that no pod needs
   *     there; empty for never
   */
  record AttachDetach(boolean on, Optional<Duration> forceAfter) {
    /** kube-controller-manager does, as in most clusters. */
    static final AttachDetach OFF = new AttachDetach(false, Optional.of(Attaching.FORCE_AFTER));

    /** What is to be attached is for us to carry out where the driver is ours. */
    Attaching with(CsiDriver driver) {
      return new Attaching(on, forceAfter, List.of(driver));
    }
  }

  ServeSettings {
    pools = List.copyOf(pools);
  }

  String driver() {
    return kubernetes.roles().driver();
  }

  String nodeName() {
    return kubernetes.roles().nodeName();
  }

  /** Where the kubelet expects the CSI services. */
  Endpoint endpoint() {
    return new Endpoint(kubeletDir.resolve("plugins").resolve(driver()).resolve("csi.sock"));
  }

  /** Where the kubelet looks for drivers. */
  Path registry() {
    return kubeletDir.resolve("plugins_registry");
  }
}
