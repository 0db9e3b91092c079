package dev.berth.provisioner.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.CSIPersistentVolumeSource;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The rules of PersistentVolume. */
final class VolumeRules {
  private static final String PROTECTION = "kubernetes.io/pv-protection";
  private static final Set<String> POLICIES = Set.of("Delete", "Recycle", "Retain");

  /** Every field of the spec that is not a source. */
  private static final Set<String> NOT_SOURCES =
      Set.of(
          "accessModes",
          "capacity",
          "claimRef",
          "mountOptions",
          "nodeAffinity",
          "persistentVolumeReclaimPolicy",
          "storageClassName",
          "volumeAttributesClassName",
          "volumeMode");

  private VolumeRules() {}

  static void completeNew(PersistentVolume volume) {
    Finalizers.add(volume, PROTECTION);
  }

  static void complete(PersistentVolumeSpec spec) {
    spec.setVolumeMode(Objects.requireNonNullElse(spec.getVolumeMode(), "Filesystem"));
    spec.setPersistentVolumeReclaimPolicy(
        Objects.requireNonNullElse(spec.getPersistentVolumeReclaimPolicy(), "Retain"));
  }

  static void check(Faults faults, PersistentVolumeSpec spec) {
    Map<String, Quantity> capacity = Objects.requireNonNullElse(spec.getCapacity(), Map.of());
    if (faults.has("spec.capacity.storage", capacity.get("storage"))) {
      Quantities.positive(
          faults, "spec.capacity.storage", Objects.requireNonNull(capacity.get("storage")));
    }
    AccessModes.check(
        faults, "spec.accessModes", Objects.requireNonNullElse(spec.getAccessModes(), List.of()));
    faults.oneOf(
        "spec.persistentVolumeReclaimPolicy", spec.getPersistentVolumeReclaimPolicy(), POLICIES);
    faults.oneOf("spec.volumeMode", spec.getVolumeMode(), AccessModes.VOLUME_MODES);
    checkSource(faults, spec);
    checkClaim(faults, spec.getClaimRef());
    checkClasses(faults, spec);
    if (spec.getNodeAffinity() != null) {
      SelectorRules.check(faults, "spec.nodeAffinity", spec.getNodeAffinity());
    }
  }

  private static void checkSource(Faults faults, PersistentVolumeSpec spec) {
    List<String> sources = Trees.fields(Trees.of(spec), NOT_SOURCES);
    faults.has("spec", sources, "must specify a volume type");
    sources.stream()
        .skip(1)
        .forEach(
            source -> faults.forbid("spec." + source, "may not specify more than 1 volume type"));
    CSIPersistentVolumeSource csi = spec.getCsi();
    if (csi != null) {
      if (faults.has("spec.csi.driver", csi.getDriver())) {
        Names.subdomain(faults, "spec.csi.driver", csi.getDriver());
      }
      faults.has("spec.csi.volumeHandle", csi.getVolumeHandle());
    }
    if (spec.getHostPath() != null) {
      HostPathRules.check(faults, "spec.hostPath", spec.getHostPath());
      if ("Recycle".equals(spec.getPersistentVolumeReclaimPolicy())
          && isRoot(spec.getHostPath().getPath())) {
        faults.forbid(
            "spec.persistentVolumeReclaimPolicy",
            "may not be 'recycle' for a hostPath mount of '/'");
      }
    }
    if (spec.getNfs() != null) {
      faults.has("spec.nfs.server", spec.getNfs().getServer());
      if (faults.has("spec.nfs.path", spec.getNfs().getPath())) {
        HostPathRules.absolute(faults, "spec.nfs.path", spec.getNfs().getPath());
      }
    }
    if (spec.getLocal() != null) {
      if (faults.has("spec.local.path", spec.getLocal().getPath())) {
        HostPathRules.noBacksteps(faults, "spec.local.path", spec.getLocal().getPath());
      }
      faults.has(
          "spec.nodeAffinity", spec.getNodeAffinity(), "Local volume requires node affinity");
    }
  }

  private static boolean isRoot(@Nullable String path) {
    return path != null && path.matches("/[/.]*");
  }

  private static void checkClasses(Faults faults, PersistentVolumeSpec spec) {
    String klass = Objects.requireNonNullElse(spec.getStorageClassName(), "");
    if (!klass.isEmpty()) {
      Names.subdomain(faults, "spec.storageClassName", klass);
    }
    String attributes = spec.getVolumeAttributesClassName();
    if (attributes != null
        && faults.has(
            "spec.volumeAttributesClassName", attributes, "an empty string is disallowed")) {
      Names.subdomain(faults, "spec.volumeAttributesClassName", attributes);
      faults.has(
          "spec.csi", spec.getCsi(), "has to be specified when using volumeAttributesClassName");
    }
  }

  private static void checkClaim(Faults faults, ObjectReference claim) {
    if (claim != null) {
      faults.has("spec.claimRef.name", claim.getName());
      faults.has("spec.claimRef.namespace", claim.getNamespace());
    }
  }

  static void checkChange(Faults faults, PersistentVolumeSpec stored, PersistentVolumeSpec next) {
    ObjectNode before = Trees.of(stored);
    ObjectNode after = Trees.of(next);
    Set<String> changed = Trees.changed(before, after);
    if (!NOT_SOURCES.containsAll(changed)) {
      faults.forbid(
          "spec.persistentvolumesource", "spec.persistentvolumesource is immutable after creation");
    }
    if (changed.contains("volumeMode")) {
      faults.invalid("spec.volumeMode", next.getVolumeMode(), "field is immutable");
    }
    if (changed.contains("nodeAffinity") && stored.getNodeAffinity() != null) {
      faults.invalid(
          "spec.nodeAffinity", after.path("nodeAffinity").toString(), "field is immutable");
    }
  }
}
