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
 * @param context the volumeAttributes of the PersistentVolume
 * @param readOnly whether the pod may only read
 * @param onePod whether only one pod at a time may have it (ReadWriteOncePod)
 */
record CsiMount(
    CsiVolume volume,
    String pv,
    boolean stages,
    VolumeCapability capability,
    Map<String, String> context,
    boolean readOnly,
    boolean onePod) {
  CsiMount {
    context = Map.copyOf(context);
  }

  /** The same as {@link Layout.Place#lane} of the place where it is staged. */
  Object stagingLane() {
    return block() ? Layout.deviceLane(pv) : Layout.stagingLane(volume);
  }

  boolean block() {
    return capability.hasBlock();
  }
}
