package dev.berth.provisioner.cluster.extension;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How snapshots are cut: the driver, its parameters, and what becomes of the snapshots. */
@JsonPropertyOrder({"apiVersion", "kind", "metadata", "driver", "deletionPolicy", "parameters"})
public final class VolumeSnapshotClass extends CustomObject<VolumeSnapshotClass> {
  private @Nullable String driver;
  private @Nullable String deletionPolicy;
  private @Nullable Map<String, String> parameters;

  public VolumeSnapshotClass() {
    super("snapshot.storage.k8s.io/v1", "VolumeSnapshotClass");
  }

  @Override
  VolumeSnapshotClass bare() {
    VolumeSnapshotClass other = new VolumeSnapshotClass();
    other.driver = driver;
    other.deletionPolicy = deletionPolicy;
    other.parameters = parameters;
    return other;
  }

  public @Nullable String getDriver() {
    return driver;
  }

  public void setDriver(@Nullable String driver) {
    this.driver = driver;
  }

  public @Nullable String getDeletionPolicy() {
    return deletionPolicy;
  }

  public void setDeletionPolicy(@Nullable String deletionPolicy) {
    this.deletionPolicy = deletionPolicy;
  }

  public @Nullable Map<String, String> getParameters() {
    return parameters;
  }

  public void setParameters(@Nullable Map<String, String> parameters) {
    this.parameters = parameters;
  }

  /** The driver; the API requires it. */
  public String driver() {
    return Objects.requireNonNullElse(driver, "");
  }

  /** {@code Delete} or {@code Retain}; the API requires it. */
  public String deletionPolicy() {
    return Objects.requireNonNullElse(deletionPolicy, "");
  }

  /** What driver and controller are told. */
  public Map<String, String> parameters() {
    return Objects.requireNonNullElse(parameters, Map.of());
  }
}
