package dev.berth.provisioner.object;

import static java.util.Objects.requireNonNullElse;

import io.fabric8.kubernetes.api.model.AttachedVolume;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.Taint;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A Node as it is read.
 *
 * @param raw the object, never changed
 */
public record NodeView(Node raw) {
  /** Its name. */
  public String name() {
    return raw.getMetadata().getName();
  }

  /** Its labels. */
  public Map<String, String> labels() {
    return requireNonNullElse(raw.getMetadata().getLabels(), Map.of());
  }

  /** Whether its kubelet says that it is well. */
  public boolean ready() {
    return readiness().filter(condition -> "True".equals(condition.getStatus())).isPresent();
  }

  /** Since when it has been as ready, or not, as it is now; empty when nobody has said. */
  public Optional<Instant> since() {
    return readiness()
        .flatMap(condition -> Text.nonEmpty(condition.getLastTransitionTime()))
        .flatMap(NodeView::parse);
  }

  /** Whether new pods may come. */
  public boolean schedulable() {
    return raw.getSpec() == null || !Boolean.TRUE.equals(raw.getSpec().getUnschedulable());
  }

  /** Whether a person has said that the machine is off and will not come back by itself. */
  public boolean outOfService() {
    return raw.getSpec() != null
        && requireNonNullElse(raw.getSpec().getTaints(), List.<Taint>of()).stream()
            .anyMatch(taint -> Names.OUT_OF_SERVICE.equals(taint.getKey()));
  }

  /** The attachable volumes that its kubelet has, or is about to have, mounted. */
  public List<String> volumesInUse() {
    return raw.getStatus() == null
        ? List.of()
        : requireNonNullElse(raw.getStatus().getVolumesInUse(), List.of());
  }

  /** The volumes of which its kubelet is told that they are attached. */
  public List<String> volumesAttached() {
    return raw.getStatus() == null
        ? List.of()
        : requireNonNullElse(raw.getStatus().getVolumesAttached(), List.<AttachedVolume>of())
            .stream()
            .map(AttachedVolume::getName)
            .toList();
  }

  private Optional<NodeCondition> readiness() {
    return raw.getStatus() == null
        ? Optional.empty()
        : requireNonNullElse(raw.getStatus().getConditions(), List.<NodeCondition>of()).stream()
            .filter(condition -> "Ready".equals(condition.getType()))
            .findFirst();
  }

  private static Optional<Instant> parse(String time) {
    try {
      return Optional.of(Instant.parse(time));
    } catch (DateTimeParseException _) {
      return Optional.empty();
    }
  }
}
