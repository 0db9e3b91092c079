package dev.berth.program.serve;

import dev.berth.csi.server.InProcessServer;
import dev.berth.program.Parts;
import dev.berth.program.csi.CsiServices;
import dev.berth.program.csi.PoolNotices;
import dev.berth.program.metrics.Metrics;
import dev.berth.program.serve.ServeSettings.KubernetesSettings;
import dev.berth.provisioner.Attaching;
import dev.berth.provisioner.ControllerRole;
import dev.berth.provisioner.NodeRole;
import dev.berth.provisioner.RoleSettings;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.kubernetes.ApiConnection;
import dev.berth.provisioner.cluster.kubernetes.ApiSettings;
import dev.berth.provisioner.cluster.kubernetes.KubernetesCluster;
import dev.berth.provisioner.csi.CsiDriver;
import dev.berth.provisioner.csi.Deadlines;
import dev.berth.provisioner.election.Election;
import dev.berth.provisioner.orphan.Orphans;
import java.time.Clock;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The two roles: the node's, always, and the cluster's, while this process has the Lease. They talk
 * to the driver through a channel within the process. Everything here waits for the API server for
 * as long as that takes.
 */
final class KubernetesPart implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KubernetesPart.class);

  private final KubernetesSettings settings;
  private final CsiServices services;
  private final Clock clock;
  private final Metrics metrics;
  private volatile Optional<KubernetesCluster> following = Optional.empty();
  private volatile Optional<Orphans> orphans = Optional.empty();
  private volatile Optional<Election> election = Optional.empty();
  private volatile Optional<Background> background = Optional.empty();

  /** Does nothing yet. */
  KubernetesPart(KubernetesSettings settings, CsiServices services, Clock clock, Metrics metrics) {
    this.settings = settings;
    this.services = services;
    this.clock = clock;
    this.metrics = metrics;
  }

  /** Begins to connect; returns at once. */
  KubernetesPart start() {
    metrics.connected(() -> trouble().isEmpty());
    metrics.leads(settings.leaseName(), this::leads);
    background = Optional.of(Background.start("kubernetes", this::open));
    return this;
  }

  /** Why this node's claims are not served now; empty when they are. */
  Optional<String> trouble() {
    if (background.isEmpty()) {
      return Optional.of("not started yet");
    }
    return following
        .flatMap(KubernetesCluster::trouble)
        .or(() -> background.flatMap(Background::trouble));
  }

  /** What looks for orphans in the pools; empty as long as the API server was not reached. */
  Optional<Orphans> orphans() {
    return orphans;
  }

  private boolean leads() {
    return election.map(Election::leads).orElse(false);
  }

  private void open(Parts parts) throws InterruptedException {
    RoleSettings roles = settings.roles();
    parts.opened(Thrift.start());
    ApiConnection connection =
        parts.opened(
            ApiConnection.open(
                new ApiSettings(
                    settings.kubeconfig(),
                    roles.nodeName(),
                    settings.requestsPerSecond(),
                    settings.burst(),
                    metrics)));
    KubernetesCluster cluster =
        parts.opened(KubernetesCluster.start(connection, NodeRole.caches(roles)));
    following = Optional.of(cluster); // which can say why it waits
    parts.opened(() -> following = Optional.empty());
    cluster.awaitListed();
    InProcessServer driver = parts.opened(InProcessServer.start(services.services()));
    CsiDriver csi = CsiDriver.connect(driver.channel(), Deadlines.DEFAULT, metrics);
    Attaching attaching = settings.attachDetach().with(csi);
    Orphans found =
        new Orphans(
            cluster,
            services.contents(),
            Orphans.Settings.of(roles.driver(), roles.nodeName()),
            clock,
            metrics);
    parts.opened(NodeRole.start(roles, cluster, csi, clock, metrics, Optional.of(found)));
    orphans = Optional.of(found);
    parts.opened(() -> orphans = Optional.empty());
    PoolNotices.tell(services.pools(), cluster, roles.nodeName());
    election =
        Optional.of(
            parts.opened(
                Election.start(
                    cluster,
                    new Key(roles.podNamespace(), settings.leaseName()),
                    roles.nodeName(),
                    () ->
                        Background.start("controller role", p -> lead(connection, attaching, p)))));
    LOG.info("node {} serves claims of {}", roles.nodeName(), roles.driver());
  }

  /** The leader looks at more of the cluster than a node does, so it has caches of its own. */
  private void lead(ApiConnection connection, Attaching attaching, Parts parts)
      throws InterruptedException {
    RoleSettings roles = settings.roles();
    KubernetesCluster cluster =
        parts.opened(KubernetesCluster.open(connection, ControllerRole.caches(roles, attaching)));
    parts.opened(ControllerRole.start(roles, attaching, cluster, clock, metrics));
    LOG.info("node {} has the Lease {}", roles.nodeName(), settings.leaseName());
  }

  /** Gives up the Lease and ends the controllers; what has been made and mounted stays. */
  @Override
  public void close() {
    background.ifPresent(Background::close);
  }
}
