package dev.berth.provisioner;

import dev.berth.csi.v1.NodeGetInfoResponse;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.csi.Answer;
import dev.berth.provisioner.csi.CsiDriver;
import dev.berth.provisioner.csi.DriverUnavailableException;
import dev.berth.provisioner.object.Home;
import dev.berth.provisioner.orphan.ClusterId;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Random;

/** Asks the driver what the controllers of a node know of themselves. */
final class Homes {
  private static final int IDENTITY_RANDOM = 10_000;

  private Homes() {}

  /**
   * Where we are.
   *
   * @throws DriverUnavailableException if the driver does not say
   */
  static Home ask(
      Cluster cluster,
      CsiDriver driver,
      String nodeName,
      boolean extraMetadata,
      InstantSource clock) {
    Answer<NodeGetInfoResponse> answer = driver.nodeInfo();
    if (!(answer instanceof Answer.Done<NodeGetInfoResponse>(NodeGetInfoResponse info))) {
      throw new DriverUnavailableException("NodeGetInfo of " + driver.name() + ": " + answer);
    }
    int random = new Random().nextInt(IDENTITY_RANDOM);
    return new Home(
        driver.name(),
        driver.capabilities(),
        nodeName,
        info.hasAccessibleTopology() ? Optional.of(info.getAccessibleTopology()) : Optional.empty(),
        extraMetadata,
        extraMetadata && driver.recordsClaims() ? ClusterId.of(cluster) : Optional.empty(),
        "%d-%d-%s-%s".formatted(clock.millis(), random, driver.name(), nodeName));
  }
}
