package dev.berth.program.csi;

import dev.berth.csi.server.CsiServer;
import dev.berth.csi.server.DriverSettings;
import dev.berth.csi.server.Endpoint;
import dev.berth.node.ephemeral.EphemeralSettings;
import dev.berth.program.Fault;
import dev.berth.program.Privileges;
import dev.berth.program.Stop;
import dev.berth.program.control.RootOption;
import dev.berth.program.logging.LogOptions;
import dev.berth.storage.PoolSettings;
import dev.berth.storage.linux.Linux;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code berth csi}. */
@Command(
    name = "csi",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  berth csi --endpoint unix:///run/csi.sock --pool fast=/mnt/nvme --init",
      "  berth csi --endpoint unix:///run/csi.sock --pool a=/srv/a,size=20Gi --node-id node-1",
      "  berth csi --endpoint unix:///run/csi.sock --driver shared --pool"
          + " nfs=/mnt/nfs/berth,size=1Ti"
    },
    description =
        "Serves CSI alone, Identity, Controller and Node, on a unix socket: for stock sidecars or"
            + " any other CO.")
public final class CsiCommand implements Callable<Integer> {
  /** What the driver of a node's own pools is called. */
  public static final String LOCAL = "local.berth.dev";

  @Mixin private RootOption root = new RootOption();
  @Mixin private LogOptions log = new LogOptions();

  @Option(
      names = "--driver",
      paramLabel = "local|shared",
      description =
          "Which driver: local (local.berth.dev, the default) is a node's own pools; shared"
              + " (shared.berth.dev) is pools that all nodes see, such as a folder on a network"
              + " filesystem that is mounted already.")
  private String driver = "local";

  @Option(
      names = "--driver-name",
      paramLabel = "NAME",
      description = "The CSI driver name, where it shall be another.")
  private Optional<String> driverName = Optional.empty();

  @Option(
      names = "--max-volumes-per-node",
      paramLabel = "N",
      description = "How many volumes this node can have (0: as many as there are).")
  private String attachLimit = "0";

  @Option(
      names = "--endpoint",
      paramLabel = "unix:///PATH",
      description = "Where to listen (default: $CSI_ENDPOINT).")
  private Optional<String> endpoint = Optional.empty();

  @Option(
      names = "--pool",
      paramLabel = PoolOption.SYNTAX,
      description =
          "A pool: a folder for volumes. Its size is needed unless it is a mount point. May be"
              + " repeated.")
  private List<String> pools = List.of();

  @Option(
      names = "--init",
      description =
          "Makes a pool where the folder is empty; without it an empty folder is a disk that is not"
              + " mounted.")
  private boolean init;

  @Option(
      names = "--node-id",
      paramLabel = "ID",
      description = "This node's name (default: the host's name).")
  private Optional<String> nodeId = Optional.empty();

  @Option(names = "--ephemeral", paramLabel = "SIZE|off", description = EphemeralOption.DESCRIPTION)
  private String ephemeral = EphemeralOption.OFF;

  @Option(
      names = "--snapshot-topology",
      description =
          "Snapshots tell where they can be restored (SNAPSHOT_ACCESSIBILITY_CONSTRAINTS, alpha in CSI 1.13).")
  private boolean snapshotTopology;

  @Override
  public Integer call() throws InterruptedException {
    Wanted wanted = wanted();
    Privileges.require("berth csi");
    log.install();
    try (Stop stop = Stop.onSignal();
        Serving _ = serve(wanted)) {
      stop.await();
    }
    return CommandLine.ExitCode.OK;
  }

  /** Starts what the command line asks for, without the privileges and the end of a command. */
  public Serving serve() {
    return serve(wanted());
  }

  private static Serving serve(Wanted wanted) {
    CsiServices services =
        CsiServices.open(
            wanted.driver(), wanted.pools(), wanted.inline(), Linux.real(), wanted.state());
    try {
      return new Serving(services, CsiServer.start(wanted.endpoint(), services.services()));
    } catch (IOException e) {
      services.close();
      throw new Fault(String.valueOf(e.getMessage()), e);
    }
  }

  private Wanted wanted() {
    List<String> problems = new ArrayList<>();
    Optional<Endpoint> where = endpoint(problems);
    Optional<DriverKind> kind = DriverKind.parse(driver);
    if (kind.isEmpty()) {
      problems.add("--driver " + driver + ": must be " + DriverKind.words());
    }
    if (!attachLimit.matches("[0-9]{1,6}")) {
      problems.add("--max-volumes-per-node " + attachLimit + ": must be a number from 0 to 999999");
    }
    if (snapshotTopology && kind.equals(Optional.of(DriverKind.SHARED))) {
      problems.add(
          "--snapshot-topology: snapshots of a shared pool can be restored everywhere; leave it out");
    }
    List<PoolSettings> settings = settings(problems);
    EphemeralSettings inline = EphemeralSettings.OFF;
    try {
      inline = EphemeralOption.parse(ephemeral);
    } catch (IllegalArgumentException e) {
      problems.add(String.valueOf(e.getMessage()));
    }
    if (inline.largest().isPresent() && kind.filter(k -> k != DriverKind.LOCAL).isPresent()) {
      problems.add("--ephemeral " + ephemeral + ": only the driver local has inline volumes");
    }
    if (!problems.isEmpty()) {
      throw Fault.ofCommandLine(String.join("\nberth: ", problems));
    }
    DriverSettings named =
        kind.orElseThrow()
            .settings(
                driverName.orElse(kind.orElseThrow().usualName()),
                nodeId.orElseGet(HostName::text),
                Integer.parseInt(attachLimit));
    return new Wanted(
        where.orElseThrow(),
        snapshotTopology ? named.withSnapshotTopology() : named,
        settings,
        inline,
        root.path());
  }

  private record Wanted(
      Endpoint endpoint,
      DriverSettings driver,
      List<PoolSettings> pools,
      EphemeralSettings inline,
      Path state) {}

  /** The services over their pools, and the socket that they are on. */
  public record Serving(CsiServices services, CsiServer server) implements AutoCloseable {
    @Override
    public void close() {
      try (services) {
        server.close();
      }
    }
  }

  private List<PoolSettings> settings(List<String> problems) {
    if (pools.isEmpty()) {
      problems.add("--pool is not given: " + PoolOption.SYNTAX);
      return List.of();
    }
    try {
      return PoolOption.parse(pools, init);
    } catch (Fault faults) {
      problems.add(String.valueOf(faults.getMessage()));
      return List.of();
    }
  }

  private Optional<Endpoint> endpoint(List<String> problems) {
    Optional<String> text =
        endpoint
            .or(() -> Optional.ofNullable(System.getenv("CSI_ENDPOINT")))
            .filter(e -> !e.isEmpty());
    if (text.isEmpty()) {
      problems.add(
          "--endpoint is not given, and CSI_ENDPOINT is not set: where to listen, such as"
              + " unix:///run/csi.sock");
      return Optional.empty();
    }
    try {
      return Optional.of(Endpoint.parse(text.get()));
    } catch (IllegalArgumentException e) {
      problems.add("--" + e.getMessage());
      return Optional.empty();
    }
  }
}
