package dev.berth.provisioner.csi;

import dev.berth.csi.v1.VolumeCapability;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeSpec;
import java.util.List;
import java.util.Objects;

/** VolumeCapability messages from what Kubernetes says about a volume. */
public final class VolumeCapabilities {
  /** {@code volumeMode} of a volume that a pod gets as a device. */
  public static final String BLOCK = "Block";

  private VolumeCapabilities() {}

  /**
   * A capability. Filesystem type and mount options are for volumes that are mounted; a block
   * volume has neither.
   *
   * @param volumeMode {@code Filesystem} or {@code Block}
   * @param fsType empty for the driver's own choice
   */
  public static VolumeCapability of(
      VolumeCapability.AccessMode.Mode mode,
      String volumeMode,
      String fsType,
      List<String> mountOptions) {
    VolumeCapability.Builder capability = VolumeCapability.newBuilder();
    capability.getAccessModeBuilder().setMode(mode);
    if (volumeMode.equals(BLOCK)) {
      capability.setBlock(VolumeCapability.BlockVolume.getDefaultInstance());
    } else {
      capability.getMountBuilder().setFsType(fsType).addAllMountFlags(mountOptions);
    }
    return capability.build();
  }

  /**
   * The capability with which an existing CSI volume is staged, published and expanded.
   *
   * @throws InvalidRequestException if its access modes cannot be said in CSI
   */
  public static VolumeCapability of(PersistentVolume volume, Capabilities driver) {
    PersistentVolumeSpec spec = volume.getSpec();
    String fsType = spec.getCsi() == null ? null : spec.getCsi().getFsType();
    return of(
        AccessModes.of(spec.getAccessModes(), driver.singleNodeMultiWriter()),
        Objects.requireNonNullElse(spec.getVolumeMode(), "Filesystem"),
        Objects.requireNonNullElse(fsType, ""),
        spec.getMountOptions());
  }
}
