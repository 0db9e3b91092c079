package dev.berth.provisioner.pod;

import dev.berth.csi.v1.VolumeCapability;
import java.util.Map;

/**
 * How a CSI volume is to be mounted for a pod.
 *
 * @param volume the volume
 * @param pv the PersistentVolume's name, which names its folder in the pod
 * @param stages whether the driver stages before it publishes
 * @param capability filesystem or block, access mode, mount options
 * @param context what the driver is told again
 * @param readOnly whether the pod may only read
 * @param onePod whether only one pod at a time may have it (ReadWriteOncePod)
 */
record CsiMount(
    CsiVolume volume,
    String pv,
    boolean stages,
    VolumeCapability capability,
    CsiContext context,
    boolean readOnly,
    boolean onePod) {
  /** Of a driver that attaches nothing. */
  CsiMount(
      CsiVolume volume,
      String pv,
      boolean stages,
      VolumeCapability capability,
      Map<String, String> context,
      boolean readOnly,
      boolean onePod) {
    this(
        volume,
        pv,
        stages,
        capability,
        new CsiContext(context, Map.of(), CsiSecrets.NONE),
        readOnly,
        onePod);
  }

  /** The same as {@link Layout.Place#lane} of the place where it is staged. */
  Object stagingLane() {
    return block() ? Layout.deviceLane(pv) : Layout.stagingLane(volume);
  }

  boolean block() {
    return capability.hasBlock();
  }
}
