package dev.berth.provisioner.admission;

import static java.util.Objects.requireNonNullElse;

import dev.berth.provisioner.cluster.FieldError;
import io.fabric8.kubernetes.api.model.DownwardAPIVolumeFile;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.ProjectedVolumeSource;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The rules of volumes that are filled from objects: configMap, secret, downwardAPI, projected. */
final class ContentRules {
  private static final int ALL_PERMISSIONS = 0777;

  private ContentRules() {}

  static void check(Faults faults, String path, Volume volume) {
    if (volume.getConfigMap() != null) {
      String at = path + ".configMap";
      faults.has(at + ".name", volume.getConfigMap().getName());
      mode(faults, at + ".defaultMode", volume.getConfigMap().getDefaultMode());
      items(faults, at, volume.getConfigMap().getItems(), new HashSet<>());
    }
    if (volume.getSecret() != null) {
      String at = path + ".secret";
      faults.has(at + ".secretName", volume.getSecret().getSecretName());
      mode(faults, at + ".defaultMode", volume.getSecret().getDefaultMode());
      items(faults, at, volume.getSecret().getItems(), new HashSet<>());
    }
    if (volume.getDownwardAPI() != null) {
      String at = path + ".downwardAPI";
      mode(faults, at + ".defaultMode", volume.getDownwardAPI().getDefaultMode());
      files(faults, at, volume.getDownwardAPI().getItems(), new HashSet<>());
    }
    if (volume.getProjected() != null) {
      projected(faults, path + ".projected", volume.getProjected());
    }
  }

  private static void projected(Faults faults, String path, ProjectedVolumeSource projected) {
    mode(faults, path + ".defaultMode", projected.getDefaultMode());
    List<VolumeProjection> sources = projected.getSources();
    faults.has(path + ".sources", sources);
    Set<String> taken = new HashSet<>();
    for (int i = 0; i < sources.size(); i++) {
      VolumeProjection source = sources.get(i);
      String at = path + ".sources[" + i + "]";
      if (source.getConfigMap() != null) {
        faults.has(at + ".configMap.name", source.getConfigMap().getName());
        items(faults, at + ".configMap", source.getConfigMap().getItems(), taken);
      }
      if (source.getSecret() != null) {
        faults.has(at + ".secret.name", source.getSecret().getName());
        items(faults, at + ".secret", source.getSecret().getItems(), taken);
      }
      if (source.getDownwardAPI() != null) {
        files(faults, at + ".downwardAPI", source.getDownwardAPI().getItems(), taken);
      }
    }
  }

  private static void items(
      Faults faults, String path, @Nullable List<KeyToPath> given, Set<String> taken) {
    List<KeyToPath> items = requireNonNullElse(given, List.of());
    for (int i = 0; i < items.size(); i++) {
      String at = path + ".items[" + i + "]";
      faults.has(at + ".key", items.get(i).getKey());
      place(faults, at, items.get(i).getPath(), taken);
      mode(faults, at + ".mode", items.get(i).getMode());
    }
  }

  private static void files(
      Faults faults, String path, List<DownwardAPIVolumeFile> files, Set<String> taken) {
    for (int i = 0; i < files.size(); i++) {
      DownwardAPIVolumeFile file = files.get(i);
      String at = path + ".items[" + i + "]";
      place(faults, at, file.getPath(), taken);
      mode(faults, at + ".mode", file.getMode());
      boolean field = file.getFieldRef() != null;
      boolean resource = file.getResourceFieldRef() != null;
      if (field == resource) {
        faults.add(
            FieldError.required(
                at, "exactly one of fieldRef and resourceFieldRef must be specified"));
      }
    }
  }

  private static void place(Faults faults, String at, String path, Set<String> taken) {
    String field = at + ".path";
    if (!faults.has(field, path)) {
      return;
    }
    if (path.startsWith("/")) {
      faults.invalid(field, path, "must be a relative path");
    }
    HostPathRules.noBacksteps(faults, field, path);
    if (path.startsWith("..")) {
      faults.invalid(field, path, "must not start with '..'");
    }
    if (!taken.add(path)) {
      faults.invalid(field, path, "conflicting duplicate paths");
    }
  }

  private static void mode(Faults faults, String field, @Nullable Integer mode) {
    if (mode != null && (mode < 0 || mode > ALL_PERMISSIONS)) {
      faults.invalid(
          field,
          mode.toString(),
          "must be a number between 0 and 0777 (octal), both inclusive; in decimal 0 to 511");
    }
  }
}
