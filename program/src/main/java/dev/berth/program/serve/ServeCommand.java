package dev.berth.program.serve;

import dev.berth.program.Privileges;
import dev.berth.program.Stop;
import dev.berth.program.logging.LogOptions;
import dev.berth.storage.linux.Linux;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** {@code berth serve}. */
@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    defaultValueProvider = EnvironmentDefaults.class,
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  berth serve --node-name worker-1 --namespace berth-system --pool fast=/mnt/nvme --init",
      "  NODE_NAME=worker-1 POD_NAMESPACE=berth-system BERTH_POOL='a=/srv/a,size=80%%;b=/mnt/b' berth serve",
      "",
      "Every option but --kubeconfig may stand in the environment instead: --kubelet-dir as BERTH_KUBELET_DIR and so on,",
      "--node-name as NODE_NAME, --namespace as POD_NAMESPACE. The command line wins."
    },
    description =
        "Runs on each node of a Kubernetes cluster, as the one container of the DaemonSet in deploy/: the CSI driver, its"
            + " registration with the kubelet, and the volume controller. SIGTERM ends it and leaves mounts in place.")
public final class ServeCommand implements Callable<Integer> {
  @Mixin private ServeOptions options = new ServeOptions();
  @Mixin private LogOptions log = new LogOptions();
  @Unmatched private List<String> unknown = new ArrayList<>();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws InterruptedException {
    ServeSettings settings = settings();
    Privileges.require("berth serve");
    log.install();
    try (Stop stop = Stop.onSignal();
        Serving _ = Serving.start(settings, Linux.real(), Clock.systemUTC())) {
      stop.await();
      LoggerFactory.getLogger(ServeCommand.class).info("stopping; mounts stay");
    }
    return CommandLine.ExitCode.OK;
  }

  /** What the command line and the environment say. */
  ServeSettings settings() {
    Problems problems = new Problems();
    unknown.forEach(problems::unknown);
    if (spec.defaultValueProvider() instanceof EnvironmentDefaults environment) {
      environment
          .unknown(spec)
          .forEach(name -> problems.add(name + " is not a setting of berth serve"));
    }
    return options.read(problems);
  }
}
