package dev.berth.program.standalone;

import dev.berth.csi.server.CsiServer;
import dev.berth.csi.server.Endpoint;
import dev.berth.csi.server.InProcessServer;
import dev.berth.node.ephemeral.EphemeralSettings;
import dev.berth.program.Fault;
import dev.berth.program.Parts;
import dev.berth.program.Version;
import dev.berth.program.control.ControlClient;
import dev.berth.program.control.ControlServer;
import dev.berth.program.csi.CsiCommand;
import dev.berth.program.csi.CsiServices;
import dev.berth.program.csi.DriverKind;
import dev.berth.program.csi.PoolNotices;
import dev.berth.program.doctor.DoctorHandler;
import dev.berth.program.nfs.NfsMounts;
import dev.berth.program.pool.PoolHandler;
import dev.berth.program.store.ObjectService;
import dev.berth.program.store.PodMounts;
import dev.berth.provisioner.Settings;
import dev.berth.provisioner.VolumeController;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.ClusterException;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.embedded.EmbeddedCluster;
import dev.berth.provisioner.csi.CsiDriver;
import dev.berth.provisioner.csi.Deadlines;
import dev.berth.provisioner.metrics.Meters;
import dev.berth.provisioner.orphan.Orphans;
import dev.berth.storage.PoolSettings;
import dev.berth.storage.linux.Linux;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeConditionBuilder;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything of one machine in one process: the objects, the driver with its pools, the volume
 * controller that talks to it through an in-process channel, the same services on a socket, and the
 * socket for commands, which answers only when all the rest does.
 */
public final class Daemon implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);

  private final Parts parts = new Parts();

  private Daemon() {}

  /**
   * Starts over a root folder, which is made if it is not there; mounts of an earlier daemon are
   * taken over.
   *
   * @param pools the pools; none for the one of {@link DefaultPool}
   * @throws Fault if it cannot start; what had started is closed again
   */
  public static Daemon start(Path root, String nodeId, List<PoolSettings> pools) {
    return start(root, nodeId, pools, EphemeralSettings.OFF);
  }

  /** The same, with inline ephemeral volumes where they are allowed. */
  public static Daemon start(
      Path root, String nodeId, List<PoolSettings> pools, EphemeralSettings inline) {
    Daemon daemon = new Daemon();
    try {
      daemon.startAll(root, nodeId, pools, inline);
      return daemon;
    } catch (ClusterException | IOException e) {
      daemon.close();
      throw new Fault(String.valueOf(e.getMessage()), e);
    } catch (RuntimeException e) {
      daemon.close();
      throw e;
    }
  }

  private void startAll(
      Path wanted, String nodeId, List<PoolSettings> given, EphemeralSettings inline)
      throws IOException {
    endpoint(wanted); // before anything is made
    Path root = parts.opened(RootFolder.take(wanted)).path();
    unpackLibrariesBelow(root);
    Linux linux = Linux.real();
    List<PoolSettings> pools = given.isEmpty() ? List.of(DefaultPool.settings(root)) : given;
    Clock clock = Clock.systemUTC();
    Cluster cluster = parts.opened(EmbeddedCluster.open(root.resolve("cluster.db"), clock));
    CsiServices services =
        parts.opened(
            CsiServices.open(
                DriverKind.LOCAL.settings(CsiCommand.LOCAL, nodeId, 0),
                pools,
                inline,
                linux,
                root));
    parts.opened(CsiServer.start(endpoint(root), services.services()));
    Orphans orphans =
        new Orphans(
            cluster,
            services.contents(),
            Orphans.Settings.of(CsiCommand.LOCAL, nodeId),
            clock,
            Meters.NONE);
    NfsMounts nfs = parts.opened(new NfsMounts(linux.mounts(), NfsMounts.Patience.USUAL));
    InProcessServer driver = parts.opened(InProcessServer.start(services.services()));
    parts.opened(
        VolumeController.start(
            Settings.of(nodeId, root),
            cluster,
            CsiDriver.connect(driver.channel(), Deadlines.DEFAULT),
            new KernelHostMounts(linux.mounts(), nfs),
            clock,
            Optional.of(orphans)));
    sayReady(cluster, nodeId, clock);
    PoolNotices.tell(services.pools(), cluster, nodeId);
    parts.opened(
        ControlServer.start(
            root.resolve(ControlClient.SOCKET),
            new PoolHandler(
                services.pools(),
                linux,
                CsiCommand.LOCAL,
                nodeId,
                new DoctorHandler(
                    () -> Optional.of(orphans),
                    services.pools(),
                    new ObjectService(cluster, new PodMounts(cluster, linux, root))))));
    if (cluster.list(Kind.STORAGE_CLASS).isEmpty()) {
      LOG.info("there is no StorageClass yet; deploy/examples/quickstart.yaml has one");
    }
    LOG.info("node {} is ready; commands find it with --root {}", nodeId, root);
  }

  /** What a kubelet would say of its node; other programs look for the condition. */
  private static void sayReady(Cluster cluster, String nodeId, Clock clock) {
    String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    cluster
        .get(Kind.NODE, Key.of(nodeId))
        .ifPresent(
            node ->
                cluster.replaceStatus(
                    new NodeBuilder(node)
                        .editOrNewStatus()
                        .withConditions(
                            new NodeConditionBuilder()
                                .withType("Ready")
                                .withStatus("True")
                                .withReason("BerthReady")
                                .withMessage("berth up serves volumes on this node")
                                .withLastHeartbeatTime(now)
                                .withLastTransitionTime(now)
                                .build())
                        .editOrNewNodeInfo()
                        .withKubeletVersion("berth-" + Version.text())
                        .endNodeInfo()
                        .endStatus()
                        .build()));
  }

  private static Endpoint endpoint(Path root) {
    try {
      return new Endpoint(root.resolve("csi.sock"));
    } catch (IllegalArgumentException e) {
      throw Fault.ofCommandLine("--root " + root + ": " + e.getMessage());
    }
  }

  /**
   * SQLite unpacks its native library at every start, and a process that is killed cannot take it
   * away: in the folder that is ours alone, the next one does.
   */
  private static void unpackLibrariesBelow(Path root) throws IOException {
    Path folder = Files.createDirectories(root.resolve("lib"));
    try (DirectoryStream<Path> old = Files.newDirectoryStream(folder)) {
      for (Path file : old) {
        Files.delete(file);
      }
    }
    System.setProperty("org.sqlite.tmpdir", folder.toString());
  }

  /** Ends every part in reverse order; what is mounted stays. */
  @Override
  public void close() {
    parts.close();
  }
}
