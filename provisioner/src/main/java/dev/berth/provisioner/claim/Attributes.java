package dev.berth.provisioner.claim;

import static java.util.Objects.requireNonNullElse;

import dev.berth.provisioner.csi.InvalidRequestException;
import dev.berth.provisioner.object.Home;
import io.fabric8.kubernetes.api.model.storage.VolumeAttributesClass;
import java.util.Map;

/** The mutable parameters that a claim's volume is made with. Pure. */
final class Attributes {
  private Attributes() {}

  /**
   * Those of its VolumeAttributesClass; none without one.
   *
   * @throws InvalidRequestException if there is no such class, or the driver cannot
   */
  static Map<String, String> of(Seen seen, Home home) {
    String name = seen.claim().attributesClass().orElse("");
    if (name.isEmpty()) {
      return Map.of();
    }
    if (!home.capabilities().modify()) {
      throw refused(name, "driver " + home.driver() + " has no such classes; remove it");
    }
    VolumeAttributesClass klass =
        seen.attributes().orElseThrow(() -> refused(name, "does not exist; apply it"));
    if (!home.driver().equals(klass.getDriverName())) {
      throw refused(name, "is of driver " + klass.getDriverName() + ", not of " + home.driver());
    }
    return requireNonNullElse(klass.getParameters(), Map.of());
  }

  private static InvalidRequestException refused(String name, String why) {
    return new InvalidRequestException(
        "spec.volumeAttributesClassName: VolumeAttributesClass \"" + name + "\" " + why);
  }
}
