package dev.berth.program.serve;

import dev.berth.node.ephemeral.EphemeralSettings;
import dev.berth.program.Fault;
import dev.berth.program.csi.CsiCommand;
import dev.berth.program.csi.EphemeralOption;
import dev.berth.program.csi.PoolOption;
import dev.berth.program.serve.ServeSettings.AttachDetach;
import dev.berth.program.serve.ServeSettings.KubernetesSettings;
import dev.berth.provisioner.BinderMode;
import dev.berth.provisioner.RoleSettings;
import dev.berth.provisioner.RoleSettings.LostNodes;
import dev.berth.storage.PoolSettings;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options of {@code berth serve}; all are text, so that every problem is told at once. */
final class ServeOptions {
  @Option(
      names = "--node-name",
      paramLabel = "NAME",
      description = "The name of this machine's Node object (spec.nodeName of the pod).")
  private Optional<String> nodeName = Optional.empty();

  @Option(
      names = "--pool",
      paramLabel = PoolOption.SYNTAX,
      description =
          "A pool: a folder for volumes. Its size is needed unless it is a mount point; SIZE may be"
              + " a share such as 80%%, of what the disk has free when the pool is made. May be"
              + " repeated; in the environment, pools are separated by semicolons.")
  private List<String> pools = List.of();

  @Option(
      names = "--init",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "true|false",
      description =
          "Makes a pool where the folder is empty; without it an empty folder is a disk that is not"
              + " mounted.")
  private String init = "false";

  @Option(
      names = "--kubelet-dir",
      paramLabel = "DIR",
      description = "The kubelet's root folder, the same path as on the host (/var/lib/kubelet).")
  private String kubeletDir = "/var/lib/kubelet";

  @Option(
      names = "--state-dir",
      paramLabel = "DIR",
      description =
          "Where the list of known pools is kept (beside the CSI socket in the kubelet's folder).")
  private Optional<String> stateDir = Optional.empty();

  @Option(
      names = "--namespace",
      paramLabel = "NAME",
      description = "Where the Lease and the CSIStorageCapacity objects are: the pod's own.")
  private Optional<String> namespace = Optional.empty();

  @Option(
      names = "--binder",
      paramLabel = "auto|off|full",
      description =
          "auto (the default): claims are bound here where the admission policy of deploy/ is in"
              + " force; off: kube-controller-manager binds; full: all claims and volumes of the"
              + " cluster are bound here, for clusters whose kube-controller-manager runs without"
              + " its persistentvolume-binder-controller.")
  private String binder = "auto";

  @Option(
      names = "--attach-detach",
      paramLabel = "on|off",
      description =
          "on: this program, and not kube-controller-manager, says which volumes of all CSI drivers"
              + " are attached to which nodes; for clusters whose kube-controller-manager runs"
              + " without attach-detach (off).")
  private String attachDetach = "off";

  @Option(
      names = "--force-detach-after",
      paramLabel = "DURATION|never",
      description =
          "With --attach-detach=on: how long a node may be NotReady before volumes that no pod"
              + " needs there are detached although it says that it uses them (6m).")
  private String forceDetach = "6m";

  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description = "How to reach the API server (default: $KUBECONFIG, or the service account).")
  private Optional<String> kubeconfig = Optional.empty();

  @Option(
      names = "--kube-api-qps",
      paramLabel = "N",
      description = "Requests a second to the API server, over time (500).")
  private String qps = "500";

  @Option(
      names = "--kube-api-burst",
      paramLabel = "N",
      description = "Requests at once after a quiet time (1000).")
  private String burst = "1000";

  @Option(
      names = "--http-endpoint",
      paramLabel = "[HOST]:PORT",
      description = "Where /healthz, /readyz and /metrics are (:9808); none for nowhere.")
  private String http = ":9808";

  @Option(
      names = "--extra-create-metadata",
      paramLabel = "true|false",
      description = "Whether volumes are told the names of their claim and PV (true).")
  private String metadata = "true";

  @Option(
      names = "--node-not-ready-grace",
      paramLabel = "DURATION",
      description =
          "How long a node may be NotReady before claims that wait for it are placed anew (5m).")
  private String grace = "5m";

  @Option(
      names = "--forget-lost-nodes-after",
      paramLabel = "DURATION",
      description =
          "How long after the end of a Node its PVs are forgotten; their data stays on its disks"
              + " (never).")
  private Optional<String> forget = Optional.empty();

  @Option(names = "--ephemeral", paramLabel = "SIZE|off", description = EphemeralOption.DESCRIPTION)
  private String ephemeral = EphemeralOption.OFF;

  /**
   * Reads the settings.
   *
   * @param problems what is wrong already
   * @throws Fault with every problem, one line each
   */
  ServeSettings read(Problems problems) {
    String driver = CsiCommand.LOCAL;
    String node = problems.required("--node-name", nodeName, "the name of this machine's Node");
    String ns =
        problems.required(
            "--namespace", namespace.or(ServiceAccount::namespace), "the namespace of the pod");
    Path kubelet = problems.path("--kubelet-dir", kubeletDir);
    Path state =
        stateDir
            .map(dir -> problems.path("--state-dir", dir))
            .orElse(kubelet.resolve("plugins").resolve(driver));
    boolean mayInit = problems.yesOrNo("--init", init);
    List<PoolSettings> poolSettings = problems.pools(pools, mayInit);
    Optional<InetSocketAddress> address = problems.address("--http-endpoint", http);
    int perSecond = problems.positive("--kube-api-qps", qps);
    int atOnce = problems.positive("--kube-api-burst", burst);
    boolean names = problems.yesOrNo("--extra-create-metadata", metadata);
    BinderMode mode = problems.oneOf("--binder", binder, BinderMode.class).orElse(BinderMode.AUTO);
    Duration notReady = problems.duration("--node-not-ready-grace", grace);
    Optional<Duration> forgetAfter =
        forget.map(text -> problems.duration("--forget-lost-nodes-after", text));
    AttachDetach attach =
        new AttachDetach(
            problems.onOrOff("--attach-detach", attachDetach),
            problems.positiveOrNever("--force-detach-after", forceDetach));
    EphemeralSettings inline = problems.ephemeral(ephemeral);
    problems.endpoint(kubelet, driver);
    problems.throwIfAny();
    return new ServeSettings(
        kubelet,
        state,
        poolSettings,
        inline,
        address,
        new KubernetesSettings(
            kubeconfig.map(Path::of),
            perSecond,
            atOnce,
            new RoleSettings(node, driver, ns, mode, names, new LostNodes(notReady, forgetAfter)),
            attach));
  }
}
