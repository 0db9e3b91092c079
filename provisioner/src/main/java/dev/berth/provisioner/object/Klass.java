package dev.berth.provisioner.object;

import static java.util.Objects.requireNonNullElse;

import io.fabric8.kubernetes.api.model.TopologySelectorTerm;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A StorageClass as it is read.
 *
 * @param raw the object, never changed
 */
public record Klass(StorageClass raw) {
  /** Its name. */
  public String name() {
    return raw.getMetadata().getName();
  }

  /** Who makes its volumes. */
  public String provisioner() {
    return requireNonNullElse(raw.getProvisioner(), "");
  }

  /** Whether a volume is made only once a pod that uses its claim is placed. */
  public boolean waitsForConsumer() {
    return "WaitForFirstConsumer".equals(raw.getVolumeBindingMode());
  }

  /** What becomes of its volumes; they are deleted unless it says otherwise. */
  public String reclaimPolicy() {
    return requireNonNullElse(raw.getReclaimPolicy(), "Delete");
  }

  /** Whether claims of it may grow. */
  public boolean allowsExpansion() {
    return Boolean.TRUE.equals(raw.getAllowVolumeExpansion());
  }

  /** What the driver and the controller are told. */
  public Map<String, String> parameters() {
    return requireNonNullElse(raw.getParameters(), Map.of());
  }

  /** Options for mounting its volumes. */
  public List<String> mountOptions() {
    return requireNonNullElse(raw.getMountOptions(), List.of());
  }

  /** Where its volumes may be; empty for anywhere. */
  public List<TopologySelectorTerm> allowedTopologies() {
    return requireNonNullElse(raw.getAllowedTopologies(), List.of());
  }

  /** Whether claims that name no class get this one. */
  public boolean isDefault() {
    Map<String, String> annotations = raw.getMetadata().getAnnotations();
    return Text.of(annotations, Names.DEFAULT_CLASS).filter("true"::equals).isPresent()
        || Text.of(annotations, Names.BETA_DEFAULT_CLASS).filter("true"::equals).isPresent();
  }

  /**
   * The class that claims without one get: of several marked as default the newest, then by name.
   */
  public static Optional<Klass> defaultOf(Collection<StorageClass> all) {
    return all.stream()
        .map(Klass::new)
        .filter(Klass::isDefault)
        .max(
            Comparator.comparing(Klass::created)
                .thenComparing(Comparator.comparing(Klass::name).reversed()));
  }

  private String created() {
    // RFC 3339 in UTC sorts as text.
    return requireNonNullElse(raw.getMetadata().getCreationTimestamp(), "");
  }
}
