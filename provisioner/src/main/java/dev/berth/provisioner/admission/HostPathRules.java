package dev.berth.provisioner.admission;

import io.fabric8.kubernetes.api.model.HostPathVolumeSource;
import java.util.Arrays;
import java.util.Set;

/** The rules of a hostPath, in a pod or in a volume. */
final class HostPathRules {
  private static final Set<String> TYPES =
      Set.of(
          "",
          "BlockDevice",
          "CharDevice",
          "Directory",
          "DirectoryOrCreate",
          "File",
          "FileOrCreate",
          "Socket");

  private HostPathRules() {}

  static void check(Faults faults, String field, HostPathVolumeSource source) {
    if (faults.has(field + ".path", source.getPath())) {
      absolute(faults, field + ".path", source.getPath());
      noBacksteps(faults, field + ".path", source.getPath());
    }
    faults.oneOf(field + ".type", source.getType(), TYPES);
  }

  static void absolute(Faults faults, String field, String path) {
    if (!path.startsWith("/")) {
      faults.invalid(field, path, "must be an absolute path");
    }
  }

  static void noBacksteps(Faults faults, String field, String path) {
    if (Arrays.asList(path.split("/", -1)).contains("..")) {
      faults.invalid(field, path, "must not contain '..'");
    }
  }
}
