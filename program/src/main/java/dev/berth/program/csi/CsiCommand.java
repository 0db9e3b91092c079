package dev.berth.program.csi;

import dev.berth.csi.server.CsiServer;
import dev.berth.csi.server.Endpoint;
import dev.berth.program.Fault;
import dev.berth.program.Privileges;
import dev.berth.program.Stop;
import dev.berth.program.control.RootOption;
import dev.berth.program.logging.LogOptions;
import dev.berth.storage.PoolSettings;
import dev.berth.storage.linux.Linux;
import java.io.IOException;
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
      "  berth csi --endpoint unix:///run/csi.sock --pool a=/srv/a,size=20Gi --node-id node-1"
    },
    description =
        "Serves CSI alone, Identity, Controller and Node, on a unix socket: for stock sidecars or any other CO.")
public final class CsiCommand implements Callable<Integer> {
  /** The drivers that can be asked for, by their short names. */
  public static final String LOCAL = "local.berth.dev";

  @Mixin private RootOption root = new RootOption();
  @Mixin private LogOptions log = new LogOptions();

  @Option(
      names = "--driver",
      paramLabel = "local",
      description = "Which driver: local (" + LOCAL + ", the default) is a node's own pools.")
  private String driver = "local";

  @Option(
      names = "--endpoint",
      paramLabel = "unix:///PATH",
      description = "Where to listen (default: $CSI_ENDPOINT).")
  private Optional<String> endpoint = Optional.empty();

  @Option(
      names = "--pool",
      paramLabel = PoolOption.SYNTAX,
      description =
          "A pool: a folder for volumes. Its size is needed unless it is a mount point. May be repeated.")
  private List<String> pools = List.of();

  @Option(
      names = "--init",
      description =
          "Makes a pool where the folder is empty; without it an empty folder is a disk that is not mounted.")
  private boolean init;

  @Option(
      names = "--node-id",
      paramLabel = "ID",
      description = "This node's name (default: the host's name).")
  private Optional<String> nodeId = Optional.empty();

  @Override
  public Integer call() throws InterruptedException {
    List<String> problems = new ArrayList<>();
    Optional<Endpoint> where = endpoint(problems);
    if (!driver.equals("local")) {
      problems.add("--driver " + driver + ": the only driver is local");
    }
    List<PoolSettings> settings = settings(problems);
    if (!problems.isEmpty()) {
      throw Fault.ofCommandLine(String.join("\nberth: ", problems));
    }
    Privileges.require("berth csi");
    log.install();
    try (Stop stop = Stop.onSignal();
        CsiServices services =
            CsiServices.open(
                LOCAL, nodeId.orElseGet(HostName::text), settings, Linux.real(), root.path());
        CsiServer _ = CsiServer.start(where.orElseThrow(), services.services())) {
      stop.await();
    } catch (IOException e) {
      throw new Fault(String.valueOf(e.getMessage()), e);
    }
    return CommandLine.ExitCode.OK;
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
          "--endpoint is not given, and CSI_ENDPOINT is not set: where to listen, such as unix:///run/csi.sock");
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
