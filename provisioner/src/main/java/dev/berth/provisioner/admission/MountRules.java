package dev.berth.provisioner.admission;

import dev.berth.provisioner.cluster.FieldError;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeDevice;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The rules of a container's volumeMounts and volumeDevices. */
final class MountRules {
  private MountRules() {}

  static void check(Faults faults, String path, Container container, Map<String, Volume> volumes) {
    mounts(faults, path, container, volumes.keySet());
    devices(faults, path, container, volumes);
  }

  private static void mounts(Faults faults, String path, Container container, Set<String> volumes) {
    Set<String> targets = new HashSet<>();
    for (int i = 0; i < container.getVolumeMounts().size(); i++) {
      VolumeMount mount = container.getVolumeMounts().get(i);
      String at = path + ".volumeMounts[" + i + "]";
      named(faults, at + ".name", mount.getName(), volumes);
      if (faults.has(at + ".mountPath", mount.getMountPath())) {
        HostPathRules.absolute(faults, at + ".mountPath", mount.getMountPath());
        unique(faults, at + ".mountPath", mount.getMountPath(), targets);
      }
      if (mount.getSubPath() != null) {
        relative(faults, at + ".subPath", mount.getSubPath());
      }
      if (mount.getSubPathExpr() != null && !mount.getSubPathExpr().isEmpty()) {
        faults.forbid(
            at + ".subPathExpr",
            "no container's environment is known on one machine; write the path into subPath");
      }
    }
  }

  private static void relative(Faults faults, String field, String path) {
    if (path.startsWith("/")) {
      faults.invalid(field, path, "must be a relative path");
    }
    HostPathRules.noBacksteps(faults, field, path);
  }

  private static void devices(
      Faults faults, String path, Container container, Map<String, Volume> volumes) {
    Set<String> targets = new HashSet<>();
    Set<String> mounted =
        container.getVolumeMounts().stream()
            .flatMap(mount -> Stream.ofNullable(mount.getName()))
            .collect(Collectors.toSet());
    for (int i = 0; i < container.getVolumeDevices().size(); i++) {
      VolumeDevice device = container.getVolumeDevices().get(i);
      String at = path + ".volumeDevices[" + i + "]";
      if (named(faults, at + ".name", device.getName(), volumes.keySet())) {
        Volume volume = volumes.get(device.getName());
        if (volume != null
            && volume.getPersistentVolumeClaim() == null
            && volume.getEphemeral() == null) {
          faults.invalid(
              at + ".name",
              device.getName(),
              "can only use volume source type of PersistentVolumeClaim or Ephemeral for block"
                  + " mode");
        }
        if (mounted.contains(device.getName())) {
          faults.invalid(at + ".name", device.getName(), "must not already exist in volumeMounts");
        }
      }
      if (faults.has(at + ".devicePath", device.getDevicePath())) {
        HostPathRules.absolute(faults, at + ".devicePath", device.getDevicePath());
        unique(faults, at + ".devicePath", device.getDevicePath(), targets);
      }
    }
  }

  private static boolean named(Faults faults, String field, String name, Set<String> volumes) {
    if (!faults.has(field, name)) {
      return false;
    }
    if (!volumes.contains(name)) {
      faults.add(FieldError.notFound(field, name));
      return false;
    }
    return true;
  }

  private static void unique(Faults faults, String field, String path, Set<String> targets) {
    if (!targets.add(path)) {
      faults.invalid(field, path, "must be unique");
    }
  }
}
