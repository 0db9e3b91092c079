package dev.berth.program.serve;

import dev.berth.csi.server.Endpoint;
import dev.berth.csi.server.FolderWatch;
import dev.berth.csi.server.KeptServer;
import dev.berth.node.registration.KubeletDriver;
import dev.berth.node.registration.KubeletRegistration;
import dev.berth.node.registration.Standing;
import dev.berth.program.Fault;
import dev.berth.program.Parts;
import dev.berth.program.control.ControlClient;
import dev.berth.program.control.ControlServer;
import dev.berth.program.csi.CsiServices;
import dev.berth.program.csi.DriverKind;
import dev.berth.program.doctor.DoctorHandler;
import dev.berth.program.metrics.Metrics;
import dev.berth.program.pool.PoolHandler;
import dev.berth.storage.PoolHealth;
import dev.berth.storage.PoolSettings;
import dev.berth.storage.Pools;
import dev.berth.storage.linux.Linux;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that {@code berth serve} runs. The CSI services come first, because the kubelet waits
 * for them; what needs the API server comes last and in the background.
 *
 * <p>Nothing here looks for mounts or loop devices at its start, let alone takes any away: what
 * earlier processes have staged and published is the kubelet's to ask for, by volume.
 */
final class Serving implements AutoCloseable {
  /** How long to wait before a socket that could not be made again is tried again. */
  private static final Duration SOCKET_AGAIN = Duration.ofSeconds(2);

  private static final Logger LOG = LoggerFactory.getLogger(Serving.class);

  private final Parts parts = new Parts();
  private Optional<HttpEndpoint> http = Optional.empty();

  private Serving() {}

  /**
   * Starts; returns when CSI and the probes are answered, whether or not the API server is there.
   *
   * @throws Fault if a pool, a socket or the HTTP port cannot be had; what had started is closed
   *     again
   */
  static Serving start(ServeSettings settings, Linux linux, Clock clock) {
    Serving serving = new Serving();
    try {
      serving.startAll(settings, linux, clock);
      return serving;
    } catch (IOException e) {
      serving.close();
      throw new Fault(String.valueOf(e.getMessage()), e);
    } catch (RuntimeException e) {
      serving.close();
      throw e;
    }
  }

  private void startAll(ServeSettings settings, Linux linux, Clock clock) throws IOException {
    makeFolders(settings);
    CsiServices services =
        parts.opened(
            CsiServices.open(
                DriverKind.LOCAL.settings(settings.driver(), settings.nodeName(), 0),
                settings.pools(),
                settings.inline(),
                linux,
                settings.stateDir()));
    FolderWatch watch = parts.opened(FolderWatch.start(SOCKET_AGAIN));
    parts.opened(KeptServer.ofCsi(settings.endpoint(), services.services(), watch));
    ScheduledExecutorService scheduler =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("registration").factory());
    // Closed, it would first wait until a driver that was refused is to be offered again.
    parts.opened(scheduler::shutdownNow);
    KubeletRegistration registration =
        parts.opened(
            KubeletRegistration.start(
                settings.registry(),
                List.of(new KubeletDriver(settings.driver(), settings.endpoint())),
                watch,
                scheduler));
    Metrics metrics = new Metrics();
    metrics.pools(services.pools()::statuses);
    metrics.registrations(() -> registered(registration));
    KubernetesPart kubernetes = new KubernetesPart(settings.kubernetes(), services, clock, metrics);
    if (settings.http().isPresent()) {
      Health ready = ready(services.pools(), registration, kubernetes);
      http =
          Optional.of(
              parts.opened(
                  HttpEndpoint.start(settings.http().get(), alive(settings), ready, metrics)));
    }
    control(settings, services.pools(), linux, kubernetes);
    parts.opened(kubernetes.start()); // the last to be opened, the first to end
  }

  /** For people alone: without it volumes are served as well. */
  private void control(
      ServeSettings settings, Pools pools, Linux linux, KubernetesPart kubernetes) {
    try {
      parts.opened(
          ControlServer.start(
              settings.stateDir().resolve(ControlClient.SOCKET),
              new PoolHandler(
                  pools,
                  linux,
                  settings.driver(),
                  settings.nodeName(),
                  new DoctorHandler(kubernetes::orphans, pools, DoctorHandler.ofNothing()))));
    } catch (Fault e) {
      LOG.warn("berth doctor is not answered: {}", e.getMessage());
    }
  }

  /** Where probes are answered; empty when they are not. */
  Optional<InetSocketAddress> httpAddress() {
    return http.map(HttpEndpoint::address);
  }

  /**
   * A pool that shall be made may have a folder that is not there yet: on a fresh node nobody has
   * logged in to make one. A pool that was there before is not made again (its disk is away, and
   * the list of known pools says so).
   */
  private static void makeFolders(ServeSettings settings) throws IOException {
    for (PoolSettings pool : settings.pools()) {
      if (pool.init() && pool.size().isPresent() && !Files.exists(pool.directory())) {
        Files.createDirectories(
            pool.directory(),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      }
    }
    Files.createDirectories(
        settings.stateDir(),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-x---")));
  }

  private static Health alive(ServeSettings settings) {
    Endpoint registration =
        new Endpoint(settings.registry().resolve(settings.driver() + "-reg.sock"));
    return new Health("healthz")
        .check("csi", () -> SocketChecks.csi(settings.endpoint()))
        .check("registration", () -> SocketChecks.registration(registration));
  }

  private static Health ready(
      Pools pools, KubeletRegistration registration, KubernetesPart kubernetes) {
    return new Health("readyz")
        .checks("pools", () -> poolProblems(pools))
        .checks("kubelet", () -> registrationProblems(registration))
        .check("kubernetes", kubernetes::trouble);
  }

  private static Map<String, Optional<String>> poolProblems(Pools pools) {
    Map<String, Optional<String>> problems = new TreeMap<>();
    pools
        .statuses()
        .forEach(
            pool ->
                problems.put(
                    "pool " + pool.name(),
                    switch (pool.health()) {
                      case PoolHealth.Ready _ -> Optional.empty();
                      case PoolHealth.Missing missing -> Optional.of(missing.why());
                    }));
    return problems;
  }

  private static Map<String, Optional<String>> registrationProblems(
      KubeletRegistration registration) {
    Map<String, Optional<String>> problems = new TreeMap<>();
    registration
        .standings()
        .forEach(
            (driver, standing) ->
                problems.put(
                    "kubelet registration of " + driver,
                    switch (standing) {
                      case Standing.Registered _ -> Optional.empty();
                      case Standing.Waiting _ -> Optional.of("the kubelet has not asked yet");
                      case Standing.Refused refused ->
                          Optional.of("the kubelet refused it: " + refused.why());
                    }));
    return problems;
  }

  private static Map<String, Boolean> registered(KubeletRegistration registration) {
    Map<String, Boolean> registered = new TreeMap<>();
    registration
        .standings()
        .forEach(
            (driver, standing) -> registered.put(driver, standing instanceof Standing.Registered));
    return registered;
  }

  /**
   * Ends every part in reverse order: the Lease is given up, the sockets go, what is mounted stays.
   */
  @Override
  public void close() {
    parts.close();
  }
}
