package dev.berth.provisioner.cluster.extension;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.LabelSelector;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A wish for snapshots of several claims at one instant, and what became of it. */
public final class VolumeGroupSnapshot extends CustomObject<VolumeGroupSnapshot> {
  /**
   * Where it comes from: exactly one of the two.
   *
   * @param selector which claims of the same namespace are cut
   * @param volumeGroupSnapshotContentName a content that stands for a group that is there already
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Source(
      @Nullable LabelSelector selector, @Nullable String volumeGroupSnapshotContentName) {
    private static final Source NONE = new Source(null, null);

    /** The content that is there already. */
    public Optional<String> content() {
      return set(volumeGroupSnapshotContentName);
    }
  }

  /**
   * What is wanted.
   *
   * @param volumeGroupSnapshotClassName absent for the default class of the claims' driver
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Spec(@Nullable Source source, @Nullable String volumeGroupSnapshotClassName) {
    /** Where it comes from. */
    public Source from() {
      return source == null ? Source.NONE : source;
    }
  }

  /**
   * What became of it.
   *
   * @param creationTime when it was cut, RFC 3339
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Status(
      @Nullable String boundVolumeGroupSnapshotContentName,
      @Nullable String creationTime,
      @Nullable Boolean readyToUse,
      @Nullable SnapshotError error) {
    /** Nothing is known. */
    public static final Status NONE = new Status(null, null, null, null);

    /** Whether volumes can be made of its members. */
    public boolean ready() {
      return Boolean.TRUE.equals(readyToUse);
    }
  }

  private Spec spec = new Spec(null, null);
  private @Nullable Status status;

  public VolumeGroupSnapshot() {
    super("groupsnapshot.storage.k8s.io/v1", "VolumeGroupSnapshot");
  }

  @Override
  VolumeGroupSnapshot bare() {
    VolumeGroupSnapshot other = new VolumeGroupSnapshot();
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
  public VolumeGroupSnapshot with(Spec other) {
    VolumeGroupSnapshot copy = copy();
    copy.spec = other;
    return copy;
  }

  /** A copy with this status. */
  public VolumeGroupSnapshot with(Status other) {
    VolumeGroupSnapshot copy = copy();
    copy.status = other;
    return copy;
  }

  /** The status; one that says nothing where there is none. */
  public Status status() {
    return status == null ? Status.NONE : status;
  }

  /** The content that it is bound to. */
  public Optional<String> boundContent() {
    return set(status().boundVolumeGroupSnapshotContentName());
  }
}
