package dev.berth.node.registration;

import dev.berth.csi.server.FolderWatch;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ScheduledExecutorService;

/**
 * The drivers of this process, offered to the kubelet until this is closed.
 *
 * <p>The kubelet watches one folder; for each socket that appears it asks GetInfo, asks the driver
 * itself for its node id and topology, and says with NotifyRegistrationStatus what came of it. When
 * the socket goes, it forgets the driver. After a restart it finds the sockets that are there and
 * does the same again, so nothing of ours needs to notice.
 */
public final class KubeletRegistration implements AutoCloseable {
  private static final Duration FIRST_DELAY = Duration.ofSeconds(1);

  private final Map<String, DriverRegistration> drivers = new LinkedHashMap<>();

  private KubeletRegistration() {}

  /**
   * Offers each driver, whose CSI services must answer already.
   *
   * @param registry the kubelet's folder {@code plugins_registry}; made where it is not there
   * @throws IOException when a socket cannot be made, or another process answers on it
   */
  public static KubeletRegistration start(
      Path registry,
      List<KubeletDriver> drivers,
      FolderWatch watch,
      ScheduledExecutorService scheduler)
      throws IOException {
    return start(registry, drivers, watch, scheduler, FIRST_DELAY);
  }

  /** Like the other, with another delay after the first refusal; each further one is doubled. */
  static KubeletRegistration start(
      Path registry,
      List<KubeletDriver> drivers,
      FolderWatch watch,
      ScheduledExecutorService scheduler,
      Duration firstDelay)
      throws IOException {
    KubeletRegistration registration = new KubeletRegistration();
    try {
      for (KubeletDriver driver : drivers) {
        registration.drivers.put(
            driver.name(),
            DriverRegistration.start(driver, registry, watch, scheduler, firstDelay));
      }
      return registration;
    } catch (IOException | RuntimeException e) {
      registration.close();
      throw e;
    }
  }

  /** How each driver stands with the kubelet, by its name. */
  public Map<String, Standing> standings() {
    Map<String, Standing> standings = new TreeMap<>();
    drivers.forEach((name, driver) -> standings.put(name, driver.standing()));
    return standings;
  }

  /** Takes the sockets away, whereupon the kubelet forgets the drivers; mounts stay. */
  @Override
  public void close() {
    List.copyOf(drivers.values()).reversed().forEach(DriverRegistration::close);
  }
}
