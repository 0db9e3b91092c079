package dev.berth.node.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.berth.csi.server.Endpoint;
import dev.berth.csi.server.FolderWatch;
import dev.berth.csi.server.SocketClient;
import dev.berth.pluginregistration.v1.InfoRequest;
import dev.berth.pluginregistration.v1.PluginInfo;
import dev.berth.pluginregistration.v1.RegistrationGrpc;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KubeletRegistrationIT {
  private static final String LOCAL = "local.berth.dev";
  private static final String SHARED = "shared.berth.dev";
  private static final Standing REGISTERED = new Standing.Registered();

  @TempDir Path kubelet;
  private Path registry;
  private final FolderWatch watch = FolderWatch.start(Duration.ofMillis(100));
  private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();

  @BeforeEach
  void name() {
    registry = kubelet.resolve("plugins_registry");
  }

  @AfterEach
  void stop() {
    scheduler.shutdownNow();
    watch.close();
  }

  @Test
  void a_driver_is_introduced_as_the_kubelet_expects_it() throws Exception {
    try (KubeletRegistration registration = start(LOCAL)) {
      assertThat(registration.standings())
          .containsExactly(Map.entry(LOCAL, new Standing.Waiting()));
      Path socket = registry.resolve("local.berth.dev-reg.sock");
      assertThat(Files.getPosixFilePermissions(socket))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
      try (SocketClient client = new SocketClient(new Endpoint(socket))) {
        PluginInfo info =
            RegistrationGrpc.newBlockingStub(client.channel())
                .getInfo(InfoRequest.getDefaultInstance());
        assertThat(info.getType()).isEqualTo("CSIPlugin");
        assertThat(info.getName()).isEqualTo(LOCAL);
        assertThat(info.getEndpoint()).isEqualTo(kubelet + "/plugins/local.berth.dev/csi.sock");
        assertThat(info.getSupportedVersionsCount()).isEqualTo(1);
        assertThat(info.getSupportedVersions(0)).isEqualTo("1.0.0");
      }
    }
  }

  @Test
  void two_drivers_are_registered_and_forgotten_when_they_end() throws Exception {
    try (PluginWatcher watcher = PluginWatcher.start(registry, KubeletRegistrationIT::welcome)) {
      try (KubeletRegistration registration = start(LOCAL, SHARED)) {
        soon().untilAsserted(() -> assertThat(watcher.registered()).containsExactly(LOCAL, SHARED));
        soon().until(() -> standsAs(registration, REGISTERED));
        assertThat(registration.standings()).containsOnlyKeys(LOCAL, SHARED);
      }
      soon().untilAsserted(() -> assertThat(watcher.registered()).isEmpty());
    }
    assertThat(registry).isEmptyDirectory();
  }

  @Test
  void a_kubelet_that_starts_later_or_again_finds_the_driver() throws Exception {
    try (KubeletRegistration _ = start(LOCAL)) {
      for (int i = 0; i < 2; i++) {
        try (PluginWatcher watcher =
            PluginWatcher.start(registry, KubeletRegistrationIT::welcome)) {
          soon().untilAsserted(() -> assertThat(watcher.history()).containsExactly("+" + LOCAL));
        }
      }
    }
  }

  @Test
  void a_refused_driver_is_offered_again_until_it_is_taken() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    String why = "node info could not be read: " + "a long story, ".repeat(20);
    Function<PluginInfo, Optional<String>> twiceNot =
        _ -> asked.incrementAndGet() <= 2 ? Optional.of(why) : Optional.empty();
    try (PluginWatcher watcher = PluginWatcher.start(registry, twiceNot);
        KubeletRegistration registration = start(LOCAL)) {
      soon().until(() -> registration.standings().containsValue(new Standing.Refused(why)));
      soon().until(() -> standsAs(registration, REGISTERED));
      assertThat(watcher.history()).containsExactly("!" + LOCAL, "!" + LOCAL, "+" + LOCAL);
    }
  }

  @Test
  void a_wiped_registry_is_filled_again() throws Exception {
    try (PluginWatcher watcher = PluginWatcher.start(registry, KubeletRegistrationIT::welcome);
        KubeletRegistration _ = start(LOCAL)) {
      soon().untilAsserted(() -> assertThat(watcher.history()).containsExactly("+" + LOCAL));
      Files.delete(registry.resolve("local.berth.dev-reg.sock"));
      soon()
          .untilAsserted(
              () ->
                  assertThat(watcher.history())
                      .containsExactly("+" + LOCAL, "-" + LOCAL, "+" + LOCAL));
    }
  }

  @Test
  void a_registry_that_is_made_anew_with_the_kubelet_has_the_driver_again() throws Exception {
    try (KubeletRegistration _ = start(LOCAL)) {
      Files.move(registry, kubelet.resolve("away"));
      try (PluginWatcher watcher = PluginWatcher.start(registry, KubeletRegistrationIT::welcome)) {
        soon().untilAsserted(() -> assertThat(watcher.registered()).containsExactly(LOCAL));
      }
    }
  }

  @Test
  void the_socket_that_a_killed_process_left_is_replaced() throws Exception {
    Files.createDirectories(registry);
    try (var left = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      left.bind(UnixDomainSocketAddress.of(registry.resolve("local.berth.dev-reg.sock")));
    }
    try (PluginWatcher watcher = PluginWatcher.start(registry, KubeletRegistrationIT::welcome);
        KubeletRegistration registration = start(LOCAL)) {
      soon().until(() -> standsAs(registration, REGISTERED));
      soon().untilAsserted(() -> assertThat(watcher.registered()).containsExactly(LOCAL));
    }
  }

  @Test
  void of_two_processes_the_second_is_told_and_takes_nothing_of_the_first_away() throws Exception {
    try (PluginWatcher watcher = PluginWatcher.start(registry, KubeletRegistrationIT::welcome);
        KubeletRegistration _ = start(SHARED)) {
      assertThatThrownBy(() -> start(LOCAL, SHARED))
          .isInstanceOf(IOException.class)
          .hasMessage(
              "endpoint %s is in use: another process answers on it; stop that one first"
                  .formatted(registry.resolve("shared.berth.dev-reg.sock")));
      assertThat(registry.toFile().list()).containsExactly("shared.berth.dev-reg.sock");
      soon().untilAsserted(() -> assertThat(watcher.registered()).containsExactly(SHARED));
    }
  }

  private KubeletRegistration start(String... names) throws IOException {
    List<KubeletDriver> drivers =
        List.of(names).stream()
            .map(
                name ->
                    new KubeletDriver(
                        name, new Endpoint(kubelet.resolve("plugins/" + name + "/csi.sock"))))
            .toList();
    return KubeletRegistration.start(registry, drivers, watch, scheduler, Duration.ofMillis(50));
  }

  private static Optional<String> welcome(PluginInfo anyone) {
    return Optional.empty();
  }

  private static boolean standsAs(KubeletRegistration registration, Standing wanted) {
    return registration.standings().values().stream().allMatch(wanted::equals);
  }

  private static ConditionFactory soon() {
    return await().atMost(Duration.ofSeconds(20));
  }
}
