package dev.berth.provisioner.object;

import static java.util.Objects.requireNonNullElse;

import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.quantity.Bytes;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A PersistentVolumeClaim as it is read.
 *
 * @param raw the object, never changed
 */
public record Claim(PersistentVolumeClaim raw) {
  /** Namespace and name. */
  public Key key() {
    return Key.of(raw);
  }

  /** The uid; the name may come back with another. */
  public String uid() {
    return raw.getMetadata().getUid();
  }

  /** Whether it is being deleted. */
  public boolean deleting() {
    return raw.getMetadata().getDeletionTimestamp() != null;
  }

  /** The volume that it names, whoever wrote it there. */
  public Optional<String> volumeName() {
    return Text.nonEmpty(raw.getSpec().getVolumeName());
  }

  /** The class that it names; an empty one means that it wants none, an absent one the default. */
  public Optional<String> className() {
    return annotation(Names.BETA_STORAGE_CLASS)
        .or(() -> Optional.ofNullable(raw.getSpec().getStorageClassName()));
  }

  /** The VolumeAttributesClass that it names. */
  public Optional<String> attributesClass() {
    return Text.nonEmpty(raw.getSpec().getVolumeAttributesClassName());
  }

  /** {@code Filesystem} or {@code Block}. */
  public String volumeMode() {
    return requireNonNullElse(raw.getSpec().getVolumeMode(), "Filesystem");
  }

  /** What it asks for. */
  public List<String> accessModes() {
    return requireNonNullElse(raw.getSpec().getAccessModes(), List.of());
  }

  /** The size that it asks for; zero when it does not say. */
  public Bytes requested() {
    var resources = raw.getSpec().getResources();
    return storage(resources == null ? null : resources.getRequests());
  }

  /** The size that it has; zero before it is bound. */
  public Bytes capacity() {
    return storage(raw.getStatus() == null ? null : raw.getStatus().getCapacity());
  }

  /** {@code Pending}, {@code Bound} or {@code Lost}; empty when nobody has said. */
  public String phase() {
    return requireNonNullElse(raw.getStatus() == null ? null : raw.getStatus().getPhase(), "");
  }

  /** Whether binding was completed once; if its volume is gone now, it is lost. */
  public boolean bindCompleted() {
    return annotation(Names.BIND_COMPLETED).isPresent();
  }

  /** The node that the scheduler chose for it. */
  public Optional<String> selectedNode() {
    return annotation(Names.SELECTED_NODE).filter(node -> !node.isEmpty());
  }

  /** Whether kube-controller-manager, or we, have asked this driver for its volume. */
  public boolean asks(String driver) {
    return annotation(Names.STORAGE_PROVISIONER)
        .or(() -> annotation(Names.BETA_STORAGE_PROVISIONER))
        .filter(driver::equals)
        .isPresent();
  }

  /** The value of an annotation. */
  public Optional<String> annotation(String name) {
    return Text.of(raw.getMetadata().getAnnotations(), name);
  }

  /** Whether this finalizer is on it. */
  public boolean hasFinalizer(String name) {
    return requireNonNullElse(raw.getMetadata().getFinalizers(), List.of()).contains(name);
  }

  static Bytes storage(@Nullable Map<String, Quantity> resources) {
    Quantity storage = resources == null ? null : resources.get("storage");
    return storage == null ? new Bytes(0) : Bytes.of(storage);
  }
}
