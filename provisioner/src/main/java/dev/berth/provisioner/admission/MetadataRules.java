package dev.berth.provisioner.admission;

import dev.berth.provisioner.cluster.FieldError;
import dev.berth.provisioner.cluster.Kind;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The rules of metadata, for every kind. */
final class MetadataRules {
  private static final int LARGEST_ANNOTATIONS = 256 * 1024;

  private MetadataRules() {}

  static void complete(Kind<?> kind, ObjectMeta meta) {
    if (kind.namespaced() && Objects.requireNonNullElse(meta.getNamespace(), "").isEmpty()) {
      meta.setNamespace("default");
    }
  }

  static void check(Faults faults, Kind<?> kind, ObjectMeta meta) {
    if (faults.has("metadata.name", meta.getName(), "name or generateName is required")) {
      checkName(faults, kind, meta.getName());
    }
    String namespace = Objects.requireNonNullElse(meta.getNamespace(), "");
    if (kind.namespaced()) {
      Names.label(faults, "metadata.namespace", namespace);
    } else if (!namespace.isEmpty()) {
      faults.forbid("metadata.namespace", "not allowed on this type");
    }
    checkMaps(faults, meta);
    for (String finalizer : meta.getFinalizers()) {
      Names.qualified(faults, "metadata.finalizers", finalizer);
      if (finalizer.indexOf('/') < 0) {
        faults.invalid(
            "metadata.finalizers",
            finalizer,
            "must be qualified, such as example.com/" + finalizer);
      }
    }
  }

  private static void checkName(Faults faults, Kind<?> kind, String name) {
    if (kind.equals(Kind.NAMESPACE)) {
      Names.label(faults, "metadata.name", name);
    } else {
      Names.subdomain(faults, "metadata.name", name);
    }
  }

  private static void checkMaps(Faults faults, ObjectMeta meta) {
    Map<String, String> labels = Objects.requireNonNullElse(meta.getLabels(), Map.of());
    labels.forEach(
        (key, value) -> {
          Names.qualified(faults, "metadata.labels", key);
          Names.labelValue(faults, "metadata.labels", Objects.requireNonNullElse(value, ""));
        });
    Map<String, String> annotations = Objects.requireNonNullElse(meta.getAnnotations(), Map.of());
    int size = 0;
    for (Map.Entry<String, String> each : annotations.entrySet()) {
      Names.qualified(faults, "metadata.annotations", each.getKey());
      size += bytes(each.getKey()) + bytes(Objects.requireNonNullElse(each.getValue(), ""));
    }
    if (size > LARGEST_ANNOTATIONS) {
      faults.add(
          new FieldError(
              "metadata.annotations",
              "Too long: " + size + " bytes: may not be more than " + LARGEST_ANNOTATIONS));
    }
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  static void checkChange(Faults faults, ObjectMeta stored, ObjectMeta next) {
    if (stored.getDeletionTimestamp() == null) {
      return;
    }
    List<String> added = new ArrayList<>(next.getFinalizers());
    added.removeAll(stored.getFinalizers());
    if (!added.isEmpty()) {
      faults.forbid(
          "metadata.finalizers",
          "no new finalizers can be added if the object is being deleted, found new finalizers "
              + added);
    }
  }
}
