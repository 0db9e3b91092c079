package dev.berth.controller.topology;

import dev.berth.csi.server.DriverSettings;
import dev.berth.csi.v1.TopologyRequirement;
import dev.berth.storage.VolumeException.Invalid;
import dev.berth.storage.VolumeException.OutOfSpace;
import java.util.stream.Collectors;

/** Topology requirements of requests, for a driver that has one node. */
public final class Here {
  private Here() {}

  /**
   * Whether what is made here is where {@code asked} wants it. A preference cannot be followed or
   * not: there is one node. A requisite must name it.
   *
   * @throws Invalid when the requirement requires nothing
   */
  public static boolean isWithin(DriverSettings driver, TopologyRequirement asked) {
    if (asked.getRequisiteCount() == 0 && asked.getPreferredCount() == 0) {
      throw new Invalid(
          "accessibility_requirements sets neither requisite nor preferred; set one, or leave it out");
    }
    return asked.getRequisiteCount() == 0 || driver.isWithinAny(asked.getRequisiteList());
  }

  /** The refusal of what would have to be somewhere else: another node may have it. */
  public static OutOfSpace elsewhere(DriverSettings driver, TopologyRequirement asked) {
    return new OutOfSpace(
        "accessibility_requirements.requisite is %s, but volumes of this driver are at %s=%s only"
            .formatted(
                asked.getRequisiteList().stream()
                    .map(t -> t.getSegmentsMap().toString())
                    .limit(10)
                    .collect(Collectors.joining(" or ")),
                driver.topologyKey(),
                driver.nodeId()));
  }
}
