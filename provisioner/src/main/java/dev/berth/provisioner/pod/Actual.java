package dev.berth.provisioner.pod;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The actual state of the world, as the kernel and the folders tell it.
 *
 * @param published volumes that are, or may be, published for a pod
 * @param staged volumes that are, or may be, staged
 * @param emptyDirs folders of emptyDir volumes
 * @param folders uids of the pods that have a folder
 * @param checked hostPath volumes that were looked at since the start
 */
record Actual(
    List<Published> published,
    List<Staged> staged,
    List<EmptyDirFolder> emptyDirs,
    Set<String> folders,
    Set<PodVolume> checked) {
  Actual {
    published = List.copyOf(published);
    staged = List.copyOf(staged);
    emptyDirs = List.copyOf(emptyDirs);
    folders = Set.copyOf(folders);
    checked = Set.copyOf(checked);
  }

  /**
   * A volume at its place in a pod.
   *
   * @param uid the pod
   * @param volume the volume; empty when nothing says which it is
   * @param mounted whether the kernel has it there; if not, an attempt may have been cut short
   */
  record Published(
      String uid, String pv, boolean block, Optional<CsiVolume> volume, boolean mounted) {}

  /**
   * A volume at its one place on the node.
   *
   * @param place where
   * @param block whether it is a device
   * @param volume the volume; empty when nothing says which it is
   * @param complete whether it is known to be staged, not only begun
   */
  record Staged(Layout.Place place, boolean block, Optional<CsiVolume> volume, boolean complete) {}

  /** The folder of an emptyDir volume, and whether something is mounted on it. */
  record EmptyDirFolder(PodVolume at, boolean mounted) {}

  /** One volume of one pod. */
  record PodVolume(String uid, String name) {}
}
