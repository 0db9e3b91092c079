package dev.berth.provisioner.cluster.extension;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A wish for a snapshot, and what became of it. */
public final class VolumeSnapshot extends CustomObject<VolumeSnapshot> {
  /**
   * Where it comes from: exactly one of the two.
   *
   * @param persistentVolumeClaimName a claim of the same namespace, to be cut
   * @param volumeSnapshotContentName a content that stands for a snapshot that is there already
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Source(
      @Nullable String persistentVolumeClaimName, @Nullable String volumeSnapshotContentName) {
    private static final Source NONE = new Source(null, null);

    /** The claim to cut. */
    public Optional<String> claim() {
      return set(persistentVolumeClaimName);
    }

    /** The content that is there already. */
    public Optional<String> content() {
      return set(volumeSnapshotContentName);
    }
  }

  /**
   * What is wanted.
   *
   * @param volumeSnapshotClassName absent for the default class of the claim's driver
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Spec(@Nullable Source source, @Nullable String volumeSnapshotClassName) {
    /** Where it comes from. */
    public Source from() {
      return source == null ? Source.NONE : source;
    }
  }

  /**
   * What became of it.
   *
   * @param creationTime when it was cut, RFC 3339
   * @param restoreSize the least size of a volume made of it
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Status(
      @Nullable String boundVolumeSnapshotContentName,
      @Nullable String creationTime,
      @Nullable Boolean readyToUse,
      @Nullable Quantity restoreSize,
      @Nullable SnapshotError error,
      @Nullable String volumeGroupSnapshotName) {
    /** Nothing is known. */
    public static final Status NONE = new Status(null, null, null, null, null, null);

    /** Whether a volume can be made of it. */
    public boolean ready() {
      return Boolean.TRUE.equals(readyToUse);
    }
  }

  private Spec spec = new Spec(null, null);
  private @Nullable Status status;

  public VolumeSnapshot() {
    super("snapshot.storage.k8s.io/v1", "VolumeSnapshot");
  }

  @Override
  VolumeSnapshot bare() {
    VolumeSnapshot other = new VolumeSnapshot();
    other.spec = spec;
    other.status = status;
    return other;
  }

  public Spec getSpec() {
    return spec;
  }

  public void setSpec(@Nullable Spec spec) {
    this.spec = spec == null ? new Spec(null, null) : spec;
  }

  public @Nullable Status getStatus() {
    return status;
  }

  public void setStatus(@Nullable Status status) {
    this.status = status;
  }

  /** A copy with this spec. */
  public VolumeSnapshot with(Spec other) {
    VolumeSnapshot copy = copy();
    copy.spec = other;
    return copy;
  }

  /** A copy with this status. */
  public VolumeSnapshot with(Status other) {
    VolumeSnapshot copy = copy();
    copy.status = other;
    return copy;
  }

  /** The status; one that says nothing where there is none. */
  public Status status() {
    return status == null ? Status.NONE : status;
  }

  /** The content that it is bound to. */
  public Optional<String> boundContent() {
    return set(status().boundVolumeSnapshotContentName());
  }

  /** The group that it was cut with. */
  public Optional<String> group() {
    return set(status().volumeGroupSnapshotName());
  }
}
