package dev.berth.provisioner.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.provisioner.cluster.FieldError;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** The rules of Pod, as far as its volumes and their mounts go. */
final class PodRules {
  private static final Set<String> RESTART_POLICIES = Set.of("Always", "Never", "OnFailure");
  private static final long GRACE_SECONDS = 30;

  /** What may change in a pod; the node is named once. */
  private static final List<String> MUTABLE = List.of("activeDeadlineSeconds", "tolerations");

  private PodRules() {}

  static void complete(PodSpec spec) {
    spec.setRestartPolicy(Objects.requireNonNullElse(spec.getRestartPolicy(), "Always"));
    spec.setTerminationGracePeriodSeconds(
        Objects.requireNonNullElse(spec.getTerminationGracePeriodSeconds(), GRACE_SECONDS));
    spec.getVolumes().forEach(PodVolumeRules::complete);
  }

  static void check(Faults faults, PodSpec spec) {
    Map<String, Volume> volumes = new HashMap<>();
    for (int i = 0; i < spec.getVolumes().size(); i++) {
      Volume volume = spec.getVolumes().get(i);
      String path = "spec.volumes[" + i + "]";
      if (faults.has(path + ".name", volume.getName())) {
        Names.label(faults, path + ".name", volume.getName());
        if (volumes.putIfAbsent(volume.getName(), volume) != null) {
          faults.add(FieldError.duplicate(path + ".name", volume.getName()));
        }
      }
      PodVolumeRules.check(faults, path, volume);
    }
    faults.has("spec.containers", spec.getContainers());
    Set<String> names = new HashSet<>();
    containers(faults, "spec.initContainers", spec.getInitContainers(), names, volumes);
    containers(faults, "spec.containers", spec.getContainers(), names, volumes);
    faults.oneOf("spec.restartPolicy", spec.getRestartPolicy(), RESTART_POLICIES);
  }

  private static void containers(
      Faults faults,
      String path,
      List<Container> containers,
      Set<String> names,
      Map<String, Volume> volumes) {
    for (int i = 0; i < containers.size(); i++) {
      Container container = containers.get(i);
      String at = path + "[" + i + "]";
      if (faults.has(at + ".name", container.getName())) {
        Names.label(faults, at + ".name", container.getName());
        if (!names.add(container.getName())) {
          faults.add(FieldError.duplicate(at + ".name", container.getName()));
        }
      }
      faults.has(at + ".image", container.getImage());
      MountRules.check(faults, at, container, volumes);
    }
  }

  static void checkChange(Faults faults, PodSpec stored, PodSpec next) {
    ObjectNode before = fixed(stored);
    ObjectNode after = fixed(next);
    if (Objects.requireNonNullElse(stored.getNodeName(), "").isEmpty()) {
      after.remove("nodeName");
    }
    Set<String> changed = Trees.changed(before, after);
    if (!changed.isEmpty()) {
      faults.forbid(
          "spec",
          "pod updates may not change fields other than spec.containers[*].image,"
              + " spec.initContainers[*].image, spec.activeDeadlineSeconds, spec.tolerations;"
              + " changed here: "
              + String.join(", ", changed));
    }
  }

  private static ObjectNode fixed(PodSpec spec) {
    ObjectNode tree = Trees.of(spec);
    tree.remove(MUTABLE);
    for (String list : List.of("containers", "initContainers")) {
      for (JsonNode container : tree.path(list)) {
        ((ObjectNode) container).remove("image");
      }
    }
    return tree;
  }
}
