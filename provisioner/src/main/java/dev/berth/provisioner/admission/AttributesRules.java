package dev.berth.provisioner.admission;

import static java.util.Objects.requireNonNullElse;

import io.fabric8.kubernetes.api.model.storage.VolumeAttributesClass;
import java.util.Map;

/** The rules of VolumeAttributesClass. */
final class AttributesRules {
  private static final int MOST = 512;

  private AttributesRules() {}

  static void check(Faults faults, VolumeAttributesClass klass) {
    if (faults.has("driverName", klass.getDriverName())) {
      Names.qualified(faults, "driverName", klass.getDriverName());
    }
    Map<String, String> parameters = requireNonNullElse(klass.getParameters(), Map.of());
    if (parameters.isEmpty()) {
      faults.has("parameters", null, "must contain at least one key/value pair");
    }
    if (parameters.size() > MOST) {
      faults.invalid("parameters", parameters.size() + " keys", "must have at most " + MOST);
    }
  }

  static void checkChange(Faults faults, VolumeAttributesClass stored, VolumeAttributesClass next) {
    if (!requireNonNullElse(stored.getDriverName(), "").equals(next.getDriverName())) {
      faults.forbid("driverName", "updates to driverName are forbidden.");
    }
    if (!requireNonNullElse(stored.getParameters(), Map.of())
        .equals(requireNonNullElse(next.getParameters(), Map.of()))) {
      faults.forbid(
          "parameters",
          "updates to parameters are forbidden: apply a class of another name, and name it in the"
              + " claims");
    }
  }
}
