package dev.berth.provisioner.admission;

import io.fabric8.kubernetes.api.model.storage.StorageClass;
import java.util.Objects;
import java.util.Set;

/** The rules of StorageClass. */
final class ClassRules {
  private static final Set<String> POLICIES = Set.of("Delete", "Retain");
  private static final Set<String> BINDING_MODES = Set.of("Immediate", "WaitForFirstConsumer");

  private ClassRules() {}

  static void complete(StorageClass klass) {
    klass.setReclaimPolicy(Objects.requireNonNullElse(klass.getReclaimPolicy(), "Delete"));
    klass.setVolumeBindingMode(
        Objects.requireNonNullElse(klass.getVolumeBindingMode(), "Immediate"));
  }

  static void check(Faults faults, StorageClass klass) {
    if (faults.has("provisioner", klass.getProvisioner())) {
      Names.qualified(faults, "provisioner", klass.getProvisioner());
    }
    faults.oneOf("reclaimPolicy", klass.getReclaimPolicy(), POLICIES);
    faults.oneOf("volumeBindingMode", klass.getVolumeBindingMode(), BINDING_MODES);
  }

  static void checkChange(Faults faults, StorageClass stored, StorageClass next) {
    Set<String> changed = Trees.changed(Trees.of(stored), Trees.of(next));
    for (String field : new String[] {"parameters", "provisioner", "reclaimPolicy"}) {
      if (changed.contains(field)) {
        faults.forbid(field, "updates to " + field + " are forbidden.");
      }
    }
    if (changed.contains("volumeBindingMode")) {
      faults.invalid("volumeBindingMode", next.getVolumeBindingMode(), "field is immutable");
    }
  }
}
