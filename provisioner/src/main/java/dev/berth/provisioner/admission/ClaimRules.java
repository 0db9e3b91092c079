package dev.berth.provisioner.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.provisioner.cluster.ClusterException;
import dev.berth.provisioner.cluster.Kind;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimSpec;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimStatus;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import java.math.BigDecimal;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The rules of PersistentVolumeClaim. */
final class ClaimRules {
  private static final String PROTECTION = "kubernetes.io/pvc-protection";
  private static final String SIZE = "resources.requests.storage";

  private ClaimRules() {}

  static void completeNew(PersistentVolumeClaim claim) {
    Finalizers.add(claim, PROTECTION);
  }

  static void complete(PersistentVolumeClaimSpec spec) {
    spec.setVolumeMode(Objects.requireNonNullElse(spec.getVolumeMode(), "Filesystem"));
  }

  static void check(Faults faults, String path, PersistentVolumeClaimSpec spec) {
    AccessModes.check(
        faults,
        path + ".accessModes",
        Objects.requireNonNullElse(spec.getAccessModes(), List.of()));
    Optional<Quantity> size = size(spec);
    if (faults.has(path + "." + SIZE, size.orElse(null))) {
      Quantities.positive(faults, path + "." + SIZE, size.orElseThrow());
    }
    faults.oneOf(path + ".volumeMode", spec.getVolumeMode(), AccessModes.VOLUME_MODES);
    String name = Objects.requireNonNullElse(spec.getStorageClassName(), "");
    if (!name.isEmpty()) {
      Names.subdomain(faults, path + ".storageClassName", name);
    }
    if (spec.getSelector() != null) {
      SelectorRules.check(faults, path + ".selector", spec.getSelector());
    }
    String attributes = spec.getVolumeAttributesClassName();
    if (attributes != null && !attributes.isEmpty()) {
      Names.subdomain(faults, path + ".volumeAttributesClassName", attributes);
    }
    if (spec.getDataSource() != null) {
      faults.has(path + ".dataSource.kind", spec.getDataSource().getKind());
      faults.has(path + ".dataSource.name", spec.getDataSource().getName());
    }
  }

  static void checkChange(
      Faults faults,
      PersistentVolumeClaim stored,
      PersistentVolumeClaim next,
      Function<String, Optional<StorageClass>> classes) {
    boolean bound =
        Optional.ofNullable(stored.getStatus())
            .map(PersistentVolumeClaimStatus::getPhase)
            .filter("Bound"::equals)
            .isPresent();
    Set<String> changed = changed(stored.getSpec(), next.getSpec(), bound);
    if (!changed.isEmpty()) {
      faults.forbid(
          "spec",
          "spec is immutable after creation except resources.requests and"
              + " volumeAttributesClassName for bound claims; changed here: "
              + String.join(", ", changed));
    }
    if (faults.found().isEmpty()) {
      checkSize(faults, stored, next, classes);
    }
  }

  /**
   * What differs and may not: the controllers name the volume and the class once, and a bound claim
   * may grow.
   */
  private static Set<String> changed(
      PersistentVolumeClaimSpec stored, PersistentVolumeClaimSpec next, boolean bound) {
    ObjectNode before = Trees.of(stored);
    ObjectNode after = Trees.of(next);
    if (isEmpty(stored.getVolumeName())) {
      before.remove("volumeName");
      after.remove("volumeName");
    }
    if (stored.getStorageClassName() == null && isEmpty(stored.getVolumeName())) {
      after.remove("storageClassName");
    }
    if (bound) {
      before.remove("volumeAttributesClassName");
      after.remove("volumeAttributesClassName");
      before.withObject("resources").remove("requests");
      after.withObject("resources").remove("requests");
    }
    return Trees.changed(before, after);
  }

  private static void checkSize(
      Faults faults,
      PersistentVolumeClaim stored,
      PersistentVolumeClaim next,
      Function<String, Optional<StorageClass>> classes) {
    BigDecimal before = amount(stored.getSpec());
    int grown = amount(next.getSpec()).compareTo(before);
    if (grown < 0 && !takesBack(stored, next)) {
      faults.forbid(
          "spec." + SIZE,
          "field can not be less than status.capacity: a volume never shrinks, and only a growth"
              + " that has not happened yet can be taken back, to more than "
              + capacity(stored).map(Quantity::toString).orElse("what is asked for now"));
    } else if (grown > 0 && !mayGrow(stored, classes)) {
      throw new ClusterException.Invalid(
          Kind.CLAIM.plural()
              + " \""
              + stored.getMetadata().getName()
              + "\" is forbidden: only dynamically provisioned pvc can be resized and the"
              + " storageclass that provisions the pvc must support resize"
              + " (allowVolumeExpansion: true)");
    }
  }

  /** A wish that cannot be met is not for ever: Kubernetes' RecoverVolumeExpansionFailure. */
  private static boolean takesBack(PersistentVolumeClaim stored, PersistentVolumeClaim next) {
    return capacity(stored)
        .filter(c -> amount(next.getSpec()).compareTo(c.getNumericalAmount()) > 0)
        .isPresent();
  }

  private static Optional<Quantity> capacity(PersistentVolumeClaim claim) {
    return Optional.ofNullable(claim.getStatus())
        .map(PersistentVolumeClaimStatus::getCapacity)
        .map(all -> all.get("storage"));
  }

  private static boolean mayGrow(
      PersistentVolumeClaim claim, Function<String, Optional<StorageClass>> classes) {
    return Optional.ofNullable(claim.getSpec().getStorageClassName())
        .filter(name -> !name.isEmpty())
        .flatMap(classes)
        .map(StorageClass::getAllowVolumeExpansion)
        .orElse(false);
  }

  private static BigDecimal amount(PersistentVolumeClaimSpec spec) {
    return size(spec).map(Quantity::getAmountInBytes).orElse(BigDecimal.ZERO);
  }

  private static Optional<Quantity> size(PersistentVolumeClaimSpec spec) {
    return Optional.ofNullable(spec.getResources())
        .flatMap(resources -> Optional.ofNullable(resources.getRequests()))
        .flatMap(requests -> Optional.ofNullable(requests.get("storage")));
  }

  private static boolean isEmpty(@Nullable String text) {
    return text == null || text.isEmpty();
  }
}
