package dev.berth.provisioner.object;

import static java.util.Objects.requireNonNullElse;

import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.quantity.Bytes;
import io.fabric8.kubernetes.api.model.CSIPersistentVolumeSource;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import java.util.List;
import java.util.Optional;

/**
 * A PersistentVolume as it is read.
 *
 * @param raw the object, never changed
 */
public record Volume(PersistentVolume raw) {
  /** Its name. */
  public String name() {
    return raw.getMetadata().getName();
  }

  /** Its key. */
  public Key key() {
    return Key.of(name());
  }

  /** Whether it is being deleted. */
  public boolean deleting() {
    return raw.getMetadata().getDeletionTimestamp() != null;
  }

  /** The claim that it is bound to or kept for. */
  public Optional<ObjectReference> claimRef() {
    return Optional.ofNullable(raw.getSpec().getClaimRef());
  }

  /** Namespace and name of that claim. */
  public Optional<Key> claimKey() {
    return claimRef()
        .filter(ref -> Text.nonEmpty(ref.getName()).isPresent())
        .map(ref -> Key.of(requireNonNullElse(ref.getNamespace(), ""), ref.getName()));
  }

  /** The uid of that claim; absent when a person named the claim before it was made. */
  public Optional<String> claimUid() {
    return claimRef().flatMap(ref -> Text.nonEmpty(ref.getUid()));
  }

  /** Whether it names this claim, by name or by name and uid. */
  public boolean names(Claim claim) {
    return claimKey().filter(claim.key()::equals).isPresent()
        && claimUid().map(claim.uid()::equals).orElse(true);
  }

  /** Whether it names this claim and no other that had or will have the name. */
  public boolean isOf(Claim claim) {
    return names(claim) && claimUid().isPresent();
  }

  /** The class; empty for none. */
  public String className() {
    return Text.of(raw.getMetadata().getAnnotations(), Names.BETA_STORAGE_CLASS)
        .orElse(requireNonNullElse(raw.getSpec().getStorageClassName(), ""));
  }

  /** {@code Filesystem} or {@code Block}. */
  public String volumeMode() {
    return requireNonNullElse(raw.getSpec().getVolumeMode(), "Filesystem");
  }

  /** What it can do. */
  public List<String> accessModes() {
    return requireNonNullElse(raw.getSpec().getAccessModes(), List.of());
  }

  /** Its size; zero when it does not say. */
  public Bytes capacity() {
    return Claim.storage(raw.getSpec().getCapacity());
  }

  /** {@code Retain}, {@code Delete} or {@code Recycle}; a volume made by hand is retained. */
  public String reclaimPolicy() {
    return requireNonNullElse(raw.getSpec().getPersistentVolumeReclaimPolicy(), "Retain");
  }

  /** Pending, Available, Bound, Released or Failed; empty when nobody has said. */
  public String phase() {
    return requireNonNullElse(raw.getStatus() == null ? null : raw.getStatus().getPhase(), "");
  }

  /** The value of an annotation. */
  public Optional<String> annotation(String name) {
    return Text.of(raw.getMetadata().getAnnotations(), name);
  }

  /** The value of a label. */
  public Optional<String> label(String name) {
    return Text.of(raw.getMetadata().getLabels(), name);
  }

  /** Whether this finalizer is on it. */
  public boolean hasFinalizer(String name) {
    return requireNonNullElse(raw.getMetadata().getFinalizers(), List.of()).contains(name);
  }

  /** The CSI volume behind it. */
  public Optional<CSIPersistentVolumeSource> csi() {
    return Optional.ofNullable(raw.getSpec().getCsi());
  }

  /**
   * Whether a driver of this name deletes it: the driver made it, or a person wrote it down as one
   * of the driver's.
   */
  public boolean belongsTo(String driver) {
    return csi().filter(csi -> driver.equals(csi.getDriver())).isPresent()
        && annotation(Names.PROVISIONED_BY).map(driver::equals).orElse(true);
  }
}
