package dev.berth.program.standalone;

import dev.berth.node.ephemeral.EphemeralSettings;
import dev.berth.program.Fault;
import dev.berth.program.Privileges;
import dev.berth.program.Stop;
import dev.berth.program.control.RootOption;
import dev.berth.program.csi.EphemeralOption;
import dev.berth.program.csi.HostName;
import dev.berth.program.csi.PoolOption;
import dev.berth.program.logging.LogOptions;
import dev.berth.storage.PoolSettings;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code berth up}. */
@Command(
    name = "up",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  berth up",
      "  berth up --pool fast=/mnt/nvme --init",
      "  berth up --root /srv/berth --pool a=/srv/a,size=20Gi --pool b=/srv/b,size=1Ti,overcommit=1.5 --init"
    },
    description =
        "Runs the daemon of this machine in the foreground. SIGTERM ends it and leaves mounts in place; the next start takes them over.")
public final class UpCommand implements Callable<Integer> {
  @Mixin private RootOption root = new RootOption();
  @Mixin private LogOptions log = new LogOptions();

  @Option(
      names = "--pool",
      paramLabel = PoolOption.SYNTAX,
      description =
          "A pool: a folder for volumes. Its size is needed unless it is a mount point. May be repeated"
              + " (default: the folder pool of the root, with 80 %% of what is free at the first start).")
  private List<String> pools = List.of();

  @Option(
      names = "--init",
      description =
          "Makes a pool where the folder of a --pool is empty; without it an empty folder is a disk that is not mounted.")
  private boolean init;

  @Option(
      names = "--node-id",
      paramLabel = "ID",
      description = "This node's name (default: the host's name).")
  private Optional<String> nodeId = Optional.empty();

  @Option(names = "--ephemeral", paramLabel = "SIZE|off", description = EphemeralOption.DESCRIPTION)
  private String ephemeral = EphemeralOption.OFF;

  @Override
  public Integer call() throws InterruptedException {
    List<PoolSettings> settings = PoolOption.parse(pools, init);
    EphemeralSettings inline = inline();
    Privileges.require("berth up");
    log.install();
    try (Stop stop = Stop.onSignal();
        Daemon _ = Daemon.start(root.path(), nodeId.orElseGet(HostName::text), settings, inline)) {
      stop.await();
      LoggerFactory.getLogger(UpCommand.class).info("stopping; mounts stay");
    }
    return CommandLine.ExitCode.OK;
  }

  private EphemeralSettings inline() {
    try {
      return EphemeralOption.parse(ephemeral);
    } catch (IllegalArgumentException e) {
      throw Fault.ofCommandLine(String.valueOf(e.getMessage()));
    }
  }
}
