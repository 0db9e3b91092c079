package dev.berth.provisioner.cluster.extension;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.ObjectReference;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A snapshot of a driver: to a VolumeSnapshot what a PersistentVolume is to a claim. */
public final class VolumeSnapshotContent extends CustomObject<VolumeSnapshotContent> {
  /**
   * Where it comes from: exactly one of the two.
   *
   * @param volumeHandle a volume of the driver, to be cut
   * @param snapshotHandle a snapshot of the driver that is there already
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Source(@Nullable String volumeHandle, @Nullable String snapshotHandle) {
    private static final Source NONE = new Source(null, null);

    /** The volume to cut. */
    public Optional<String> volume() {
      return set(volumeHandle);
    }

    /** The snapshot that is there already. */
    public Optional<String> snapshot() {
      return set(snapshotHandle);
    }
  }

  /**
   * What it stands for.
   *
   * @param volumeSnapshotRef whose it is
   * @param deletionPolicy {@code Delete} or {@code Retain}
   * @param sourceVolumeMode {@code Filesystem} or {@code Block}; absent when nobody knows
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Spec(
      @Nullable ObjectReference volumeSnapshotRef,
      @Nullable String deletionPolicy,
      @Nullable String driver,
      @Nullable String volumeSnapshotClassName,
      @Nullable Source source,
      @Nullable String sourceVolumeMode) {
    static final Spec NONE = new Spec(null, null, null, null, null, null);

    /** The same, of another VolumeSnapshot. */
    public Spec of(ObjectReference other) {
      return new Spec(
          other, deletionPolicy, driver, volumeSnapshotClassName, source, sourceVolumeMode);
    }

    /** Where it comes from. */
    public Source from() {
      return source == null ? Source.NONE : source;
    }

    /** Whose it is. */
    public ObjectReference owner() {
      return volumeSnapshotRef == null ? new ObjectReference() : volumeSnapshotRef;
    }

    /** Whether the snapshot goes with its objects. */
    public boolean goesWithIt() {
      return "Delete".equals(deletionPolicy);
    }
  }

  /**
   * What the driver said.
   *
   * @param creationTime when it was cut, nanoseconds since 1970
   * @param restoreSize bytes
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Status(
      @Nullable String snapshotHandle,
      @Nullable Long creationTime,
      @Nullable Long restoreSize,
      @Nullable Boolean readyToUse,
      @Nullable SnapshotError error,
      @Nullable String volumeGroupSnapshotHandle) {
    /** Nothing is known. */
    public static final Status NONE = new Status(null, null, null, null, null, null);

    /** Whether a volume can be made of it. */
    public boolean ready() {
      return Boolean.TRUE.equals(readyToUse);
    }

    /** The same with an error, or without. */
    public Status with(@Nullable SnapshotError other) {
      return new Status(
          snapshotHandle, creationTime, restoreSize, readyToUse, other, volumeGroupSnapshotHandle);
    }
  }

  private Spec spec = Spec.NONE;
  private @Nullable Status status;

  public VolumeSnapshotContent() {
    super("snapshot.storage.k8s.io/v1", "VolumeSnapshotContent");
  }

  @Override
  VolumeSnapshotContent bare() {
    VolumeSnapshotContent other = new VolumeSnapshotContent();
    other.spec = spec;
    other.status = status;
    return other;
  }

  public Spec getSpec() {
    return spec;
  }

  public void setSpec(@Nullable Spec spec) {
    this.spec = spec == null ? Spec.NONE : spec;
  }

  public @Nullable Status getStatus() {
    return status;
  }

  public void setStatus(@Nullable Status status) {
    this.status = status;
  }

  /** A copy with this spec. */
  public VolumeSnapshotContent with(Spec other) {
    VolumeSnapshotContent copy = copy();
    copy.spec = other;
    return copy;
  }

  /** A copy with this status. */
  public VolumeSnapshotContent with(Status other) {
    VolumeSnapshotContent copy = copy();
    copy.status = other;
    return copy;
  }

  /** The status; one that says nothing where there is none. */
  public Status status() {
    return status == null ? Status.NONE : status;
  }

  /** The driver that has the snapshot. */
  public String driver() {
    return Objects.requireNonNullElse(spec.driver(), "");
  }

  /** The snapshot's handle, as far as it is known. */
  public Optional<String> handle() {
    return set(status().snapshotHandle()).or(() -> spec.from().snapshot());
  }

  /** The group that it was cut with, by the driver's handle. */
  public Optional<String> groupHandle() {
    return set(status().volumeGroupSnapshotHandle());
  }

  /** Whether it is this VolumeSnapshot's, by uid as well. */
  public boolean isOf(VolumeSnapshot snapshot) {
    return names(snapshot) && snapshot.uid().equals(spec.owner().getUid());
  }

  /** Whether it names this VolumeSnapshot, by name, or by name and uid. */
  public boolean names(VolumeSnapshot snapshot) {
    ObjectReference owner = spec.owner();
    return snapshot.name().equals(owner.getName())
        && snapshot.getMetadata().getNamespace().equals(owner.getNamespace())
        && (!isSet(owner.getUid()) || snapshot.uid().equals(owner.getUid()));
  }
}
