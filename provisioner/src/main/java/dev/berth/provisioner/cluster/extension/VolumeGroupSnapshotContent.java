package dev.berth.provisioner.cluster.extension;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.ObjectReference;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A group of snapshots of a driver. */
public final class VolumeGroupSnapshotContent extends CustomObject<VolumeGroupSnapshotContent> {
  /** A group that is there already, with the handles of its members. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Handles(
      @Nullable String volumeGroupSnapshotHandle, @Nullable List<String> volumeSnapshotHandles) {}

  /**
   * Where it comes from: exactly one of the two.
   *
   * @param volumeHandles volumes of the driver, to be cut at one instant
   * @param groupSnapshotHandles a group of the driver that is there already
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Source(
      @Nullable List<String> volumeHandles, @Nullable Handles groupSnapshotHandles) {
    private static final Source NONE = new Source(null, null);

    /** The volumes to cut. */
    public List<String> volumes() {
      return Objects.requireNonNullElse(volumeHandles, List.of());
    }
  }

  /** What it stands for. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Spec(
      @Nullable ObjectReference volumeGroupSnapshotRef,
      @Nullable String deletionPolicy,
      @Nullable String driver,
      @Nullable String volumeGroupSnapshotClassName,
      @Nullable Source source) {
    static final Spec NONE = new Spec(null, null, null, null, null);

    /** The same, of another VolumeGroupSnapshot. */
    public Spec of(ObjectReference other) {
      return new Spec(other, deletionPolicy, driver, volumeGroupSnapshotClassName, source);
    }

    /** Where it comes from. */
    public Source from() {
      return source == null ? Source.NONE : source;
    }

    /** Whose it is. */
    public ObjectReference owner() {
      return volumeGroupSnapshotRef == null ? new ObjectReference() : volumeGroupSnapshotRef;
    }

    /** Whether the snapshots go with their objects. */
    public boolean goesWithIt() {
      return "Delete".equals(deletionPolicy);
    }
  }

  /**
   * One member, as the driver described it.
   *
   * @param creationTime nanoseconds since 1970
   * @param restoreSize bytes
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Member(
      @Nullable String volumeHandle,
      @Nullable String snapshotHandle,
      @Nullable Long creationTime,
      @Nullable Boolean readyToUse,
      @Nullable Long restoreSize) {}

  /**
   * What the driver said.
   *
   * @param creationTime when it was cut, RFC 3339
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Status(
      @Nullable String volumeGroupSnapshotHandle,
      @Nullable String creationTime,
      @Nullable Boolean readyToUse,
      @Nullable SnapshotError error,
      @Nullable List<Member> volumeSnapshotInfoList) {
    /** Nothing is known. */
    public static final Status NONE = new Status(null, null, null, null, null);

    /** Whether volumes can be made of its members. */
    public boolean ready() {
      return Boolean.TRUE.equals(readyToUse);
    }

    /** The members. */
    public List<Member> members() {
      return Objects.requireNonNullElse(volumeSnapshotInfoList, List.of());
    }

    /** The same with an error, or without. */
    public Status with(@Nullable SnapshotError other) {
      return new Status(
          volumeGroupSnapshotHandle, creationTime, readyToUse, other, volumeSnapshotInfoList);
    }
  }

  private Spec spec = Spec.NONE;
  private @Nullable Status status;

  public VolumeGroupSnapshotContent() {
    super("groupsnapshot.storage.k8s.io/v1", "VolumeGroupSnapshotContent");
  }

  @Override
  VolumeGroupSnapshotContent bare() {
    VolumeGroupSnapshotContent other = new VolumeGroupSnapshotContent();
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
  public VolumeGroupSnapshotContent with(Spec other) {
    VolumeGroupSnapshotContent copy = copy();
    copy.spec = other;
    return copy;
  }

  /** A copy with this status. */
  public VolumeGroupSnapshotContent with(Status other) {
    VolumeGroupSnapshotContent copy = copy();
    copy.status = other;
    return copy;
  }

  /** The status; one that says nothing where there is none. */
  public Status status() {
    return status == null ? Status.NONE : status;
  }

  /** The driver that has the group. */
  public String driver() {
    return Objects.requireNonNullElse(spec.driver(), "");
  }

  /** The group's handle, as far as it is known. */
  public Optional<String> handle() {
    return set(status().volumeGroupSnapshotHandle())
        .or(
            () ->
                Optional.ofNullable(spec.from().groupSnapshotHandles())
                    .flatMap(handles -> set(handles.volumeGroupSnapshotHandle())));
  }

  /** Whether it is this VolumeGroupSnapshot's, by uid as well. */
  public boolean isOf(VolumeGroupSnapshot group) {
    ObjectReference owner = spec.owner();
    return group.name().equals(owner.getName())
        && group.getMetadata().getNamespace().equals(owner.getNamespace())
        && group.uid().equals(owner.getUid());
  }
}
