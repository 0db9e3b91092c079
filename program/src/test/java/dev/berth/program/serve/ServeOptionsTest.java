package dev.berth.program.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.node.ephemeral.EphemeralSettings;
import dev.berth.program.Fault;
import dev.berth.provisioner.BinderMode;
import dev.berth.provisioner.RoleSettings;
import dev.berth.provisioner.RoleSettings.LostNodes;
import dev.berth.storage.Bytes;
import dev.berth.storage.PoolName;
import dev.berth.storage.PoolSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class ServeOptionsTest {
  private static final Map<String, String> POD =
      Map.of("NODE_NAME", "worker-1", "POD_NAMESPACE", "berth-system", "BERTH_POOL", "a=/a");

  @Test
  void a_pod_that_knows_its_node_and_namespace_needs_only_a_pool() {
    ServeSettings settings = read(POD);
    assertThat(settings.kubeletDir()).isEqualTo(Path.of("/var/lib/kubelet"));
    assertThat(settings.stateDir()).isEqualTo(Path.of("/var/lib/kubelet/plugins/local.berth.dev"));
    assertThat(settings.endpoint())
        .hasToString("unix:///var/lib/kubelet/plugins/local.berth.dev/csi.sock");
    assertThat(settings.registry()).isEqualTo(Path.of("/var/lib/kubelet/plugins_registry"));
    assertThat(settings.pools()).containsExactly(pool("a", "/a", false));
    assertThat(settings.http()).contains(new InetSocketAddress(9808));
    assertThat(settings.kubernetes().kubeconfig()).isEmpty();
    assertThat(settings.kubernetes().requestsPerSecond()).isEqualTo(500);
    assertThat(settings.kubernetes().burst()).isEqualTo(1000);
    assertThat(settings.kubernetes().leaseName()).isEqualTo("local-berth-dev");
    assertThat(settings.kubernetes().roles())
        .isEqualTo(RoleSettings.of("worker-1", "local.berth.dev", "berth-system"));
    assertThat(settings.kubernetes().attachDetach())
        .isEqualTo(new ServeSettings.AttachDetach(false, Optional.of(Duration.ofMinutes(6))));
  }

  @Test
  void every_setting_reaches_its_place_from_the_command_line() {
    ServeSettings settings =
        read(
            Map.of(),
            "--node-name=n",
            "--namespace=ns",
            "--pool=a=/a,size=1Gi",
            "--pool=b=/b",
            "--init",
            "--kubelet-dir=/k",
            "--state-dir=/s",
            "--binder=off",
            "--kubeconfig=/kc",
            "--kube-api-qps=7",
            "--kube-api-burst=8",
            "--http-endpoint=127.0.0.1:81",
            "--extra-create-metadata=false",
            "--node-not-ready-grace=90s",
            "--forget-lost-nodes-after=1h30m",
            "--attach-detach=on",
            "--force-detach-after=never",
            "--ephemeral=4Gi");
    assertThat(settings.inline()).isEqualTo(EphemeralSettings.upTo(Bytes.ofGiB(4)));
    assertThat(settings.kubeletDir()).isEqualTo(Path.of("/k"));
    assertThat(settings.stateDir()).isEqualTo(Path.of("/s"));
    assertThat(settings.http())
        .contains(new InetSocketAddress(InetAddress.getLoopbackAddress(), 81));
    assertThat(settings.pools()).extracting(PoolSettings::init).containsExactly(true, true);
    assertThat(settings.pools())
        .extracting(PoolSettings::size)
        .containsExactly(Optional.of(Bytes.ofGiB(1)), Optional.empty());
    assertThat(settings.kubernetes())
        .isEqualTo(
            new ServeSettings.KubernetesSettings(
                Optional.of(Path.of("/kc")),
                7,
                8,
                new RoleSettings(
                    "n",
                    "local.berth.dev",
                    "ns",
                    BinderMode.OFF,
                    false,
                    new LostNodes(Duration.ofSeconds(90), Optional.of(Duration.ofMinutes(90)))),
                new ServeSettings.AttachDetach(true, Optional.empty())));
  }

  @Test
  void every_setting_reaches_its_place_from_the_environment() {
    ServeSettings settings =
        read(
            Map.ofEntries(
                Map.entry("NODE_NAME", "n"),
                Map.entry("POD_NAMESPACE", "ns"),
                Map.entry("BERTH_POOL", "a=/a,size=1Gi; b=/b"),
                Map.entry("BERTH_INIT", "true"),
                Map.entry("BERTH_KUBELET_DIR", "/k"),
                Map.entry("BERTH_STATE_DIR", "/s"),
                Map.entry("BERTH_BINDER", "off"),
                Map.entry("BERTH_KUBE_API_QPS", "7"),
                Map.entry("BERTH_KUBE_API_BURST", "8"),
                Map.entry("BERTH_HTTP_ENDPOINT", "none"),
                Map.entry("BERTH_EXTRA_CREATE_METADATA", "false"),
                Map.entry("BERTH_NODE_NOT_READY_GRACE", "90s"),
                Map.entry("BERTH_FORGET_LOST_NODES_AFTER", "24h"),
                Map.entry("BERTH_ATTACH_DETACH", "on"),
                Map.entry("BERTH_FORCE_DETACH_AFTER", "90s"),
                Map.entry("BERTH_LOG_LEVEL", "debug")));
    assertThat(settings.kubeletDir()).isEqualTo(Path.of("/k"));
    assertThat(settings.stateDir()).isEqualTo(Path.of("/s"));
    assertThat(settings.http()).isEmpty();
    assertThat(settings.pools())
        .extracting(p -> p.name() + " " + p.directory() + " " + p.init())
        .containsExactly("a /a true", "b /b true");
    assertThat(settings.kubernetes().requestsPerSecond()).isEqualTo(7);
    assertThat(settings.kubernetes().burst()).isEqualTo(8);
    assertThat(settings.kubernetes().attachDetach())
        .isEqualTo(new ServeSettings.AttachDetach(true, Optional.of(Duration.ofSeconds(90))));
    assertThat(settings.kubernetes().roles())
        .isEqualTo(
            new RoleSettings(
                "n",
                "local.berth.dev",
                "ns",
                BinderMode.OFF,
                false,
                new LostNodes(Duration.ofSeconds(90), Optional.of(Duration.ofHours(24)))));
  }

  @Test
  void the_command_line_wins_over_the_environment() {
    assertThat(read(POD, "--node-name=other").nodeName()).isEqualTo("other");
    assertThat(read(POD, "--pool=b=/b").pools()).containsExactly(pool("b", "/b", false));
  }

  @Test
  void every_problem_is_in_one_message() {
    assertThatThrownBy(
            () ->
                read(
                    Map.of("BERTH_KUBLET_DIR", "/k", "BERTH_HTTP_ENDPOINT", "99999"),
                    "--nodename",
                    "n",
                    "--binder=maybe",
                    "--kube-api-qps=0",
                    "--namespace=ns",
                    "--kubelet-dir=k"))
        .isInstanceOf(Fault.class)
        .hasMessage(
            """
            unknown option --nodename
            berth: 'n' belongs to no option
            berth: BERTH_KUBLET_DIR is not a setting of berth serve
            berth: --node-name is not given, and NODE_NAME is not set: the name of this machine's Node
            berth: --kubelet-dir=k must be an absolute path
            berth: --pool is not given, and BERTH_POOL is not set: NAME=DIR[,size=SIZE][,overcommit=FACTOR][,reserve=SIZE]
            berth: --http-endpoint=99999 must be [HOST]:PORT such as :9808 or 127.0.0.1:9808, or none
            berth: --kube-api-qps=0 must be a number from 1 to 9999999
            berth: --binder=maybe must be auto or off or full\
            """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--init=yes                      | --init=yes must be true or false",
        "--ephemeral=on                  | --ephemeral=on must be a size such as 20Gi, 500M or"
            + " 1073741824, or off",
        "--extra-create-metadata=1       | --extra-create-metadata=1 must be true or false",
        "--node-not-ready-grace=5        | --node-not-ready-grace=5 must be a duration such as 90s,"
            + " 5m, 1h30m or 24h",
        "--forget-lost-nodes-after=1d    | --forget-lost-nodes-after=1d must be a duration such as"
            + " 90s, 5m, 1h30m or 24h",
        "--kube-api-burst=many           | --kube-api-burst=many must be a number from 1 to"
            + " 9999999",
        "--http-endpoint=host            | --http-endpoint=host must be [HOST]:PORT such as :9808"
            + " or 127.0.0.1:9808, or none",
        "--http-endpoint=no.invalid:80   | --http-endpoint=no.invalid:80 must be an address of this"
            + " machine; no.invalid is unknown here",
        "--attach-detach=yes             | --attach-detach=yes must be on or off",
        "--force-detach-after=0s         | --force-detach-after=0s must be a duration such as 90s,"
            + " 5m, 1h30m or 24h, more than nothing, or never",
        "--state-dir=s                   | --state-dir=s must be an absolute path",
        "--pool=a=/a,size=0              | --pool a=/a,size=0: size=0 must be more than 0",
      })
  void a_setting_that_cannot_be_meant_is_named_with_its_value_and_rule(
      String option, String problem) {
    assertThatThrownBy(() -> read(POD, option)).isInstanceOf(Fault.class).hasMessage(problem);
  }

  @Test
  void a_kubelet_folder_that_is_too_deep_for_a_socket_is_refused() {
    String deep = "/" + "x".repeat(80);
    assertThatThrownBy(() -> read(POD, "--kubelet-dir=" + deep))
        .isInstanceOf(Fault.class)
        .hasMessageStartingWith("--kubelet-dir " + deep + ": endpoint ")
        .hasMessageContaining("a unix socket's path has 100 at most");
  }

  @Test
  void what_the_kubelet_adds_for_services_and_what_other_commands_read_is_no_problem() {
    Map<String, String> environment = new HashMap<>(POD);
    for (String name :
        List.of(
            "BERTH_SERVICE_HOST",
            "BERTH_SERVICE_PORT",
            "BERTH_SERVICE_PORT_METRICS",
            "BERTH_METRICS_PORT_9808_TCP_ADDR",
            "BERTH_PORT",
            "BERTH_PORT_9808_TCP",
            "BERTH_ROOT",
            "BERTH_JAVA_OPTS")) {
      environment.put(name, "x");
    }
    assertThat(read(environment).nodeName()).isEqualTo("worker-1");
  }

  @Test
  void an_empty_variable_is_one_that_is_not_set() {
    Map<String, String> environment = new HashMap<>(POD);
    environment.put("BERTH_BINDER", "");
    assertThat(read(environment).kubernetes().roles().binder()).isEqualTo(BinderMode.AUTO);
  }

  private static PoolSettings pool(String name, String folder, boolean init) {
    return new PoolSettings(
        new PoolName(name), Path.of(folder), init, Optional.empty(), 1, Bytes.ZERO);
  }

  private static ServeSettings read(Map<String, String> environment, String... arguments) {
    ServeCommand command = new ServeCommand();
    CommandLine line = new CommandLine(command);
    line.setDefaultValueProvider(new EnvironmentDefaults(environment));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.parseArgs(arguments);
    return command.settings();
  }
}
