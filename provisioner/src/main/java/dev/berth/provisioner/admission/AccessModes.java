package dev.berth.provisioner.admission;

import dev.berth.provisioner.cluster.FieldError;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Access modes and volume modes, the same for claims and volumes. */
final class AccessModes {
  static final Set<String> VOLUME_MODES = Set.of("Block", "Filesystem");
  private static final String ALONE = "ReadWriteOncePod";
  private static final Set<String> KNOWN =
      Set.of("ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", ALONE);

  private AccessModes() {}

  static void check(Faults faults, String field, List<String> modes) {
    if (!faults.has(field, modes, "at least 1 access mode is required")) {
      return;
    }
    for (String mode : modes) {
      if (!KNOWN.contains(mode)) {
        faults.add(FieldError.unsupported(field, mode, new TreeSet<>(KNOWN)));
      }
    }
    if (modes.contains(ALONE) && modes.size() > 1) {
      faults.forbid(field, "may not use ReadWriteOncePod with other access modes");
    }
  }
}
