package dev.berth.provisioner.pod;

import dev.berth.provisioner.cluster.Key;
import java.util.Optional;
import java.util.OptionalLong;

/** What one volume of a pod asks for. */
sealed interface Want {
  /** The volume's name in the pod. */
  String name();

  /** A bound claim's CSI volume, with the growth of its filesystem that is still due. */
  record Csi(String name, CsiMount mount, Optional<Growth> growth) implements Want {}

  /**
   * A folder that lives as long as the pod.
   *
   * @param memory whether it is a tmpfs
   * @param sizeLimit in bytes
   */
  record EmptyDir(String name, boolean memory, OptionalLong sizeLimit) implements Want {}

  /**
   * A path of the host.
   *
   * @param type the API's word, empty when none is asked
   */
  record HostPath(String name, String path, String type) implements Want {}

  /** Files made from objects of the cluster, which follow these. */
  record Content(String name, Plugin plugin, Payload payload) implements Want {}

  /**
   * What it is to be filled with is not there. A volume that was filled before keeps what it has.
   */
  record Lacking(String name, Plugin plugin, String why) implements Want {}

  /**
   * A volume that no driver serves and that has a mount of its own in the pod's folder.
   *
   * @param plugin its kind
   * @param folder its name there: the PersistentVolume's, or the volume's in the pod
   */
  record Plain(String name, Plugin plugin, String folder, Origin origin) implements Want {
    Actual.Site site(String uid) {
      return new Actual.Site(uid, plugin, folder);
    }
  }

  /** A bound claim's CSI volume that is not attached to this node yet. */
  record Attaching(String name, CsiVolume volume, String why) implements Want {}

  /** Nothing can be done before something else has happened. */
  record Waiting(String name, String why) implements Want {}

  /** It will not be mounted, and a person must know why. */
  record Refused(String name, String why) implements Want {}

  /**
   * A filesystem that has not followed its volume yet.
   *
   * @param claim whose status is waiting for it
   * @param bytes the size of the PersistentVolume
   */
  record Growth(Key claim, long bytes) {}
}
