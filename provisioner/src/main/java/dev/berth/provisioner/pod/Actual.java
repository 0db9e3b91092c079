package dev.berth.provisioner.pod;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The actual state of the world, as the kernel and the folders tell it.
 *
 * @param published volumes that are, or may be, published for a pod
 * @param staged volumes that are, or may be, staged
 * @param placed folders of other volumes
 * @param bound parts of volumes at their places for containers
 * @param folders uids of the pods that have a folder
 * @param known what neither can tell
 */
record Actual(
    List<Published> published,
    List<Staged> staged,
    List<Placed> placed,
    List<Bound> bound,
    Set<String> folders,
    Known known) {
  Actual {
    published = List.copyOf(published);
    staged = List.copyOf(staged);
    placed = List.copyOf(placed);
    bound = List.copyOf(bound);
    folders = Set.copyOf(folders);
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

  /** The folder of a volume that no driver serves, and whether something is mounted on it. */
  record Placed(Site site, boolean mounted) {}

  /**
   * A place for a part of a volume, and whether something is mounted there.
   *
   * @param mounted if not, an attempt may have been cut short
   */
  record Bound(SubSite site, boolean mounted) {}

  /**
   * The place for a part of a volume that a container sees.
   *
   * @param volume the volume's name in the pod
   * @param index which of the container's volumeMounts
   */
  record SubSite(String uid, String volume, String container, String index) {}

  /**
   * One place for a volume of one pod.
   *
   * @param uid the pod
   * @param name the volume's name in the pod, or its PersistentVolume's
   */
  record Site(String uid, Plugin plugin, String name) {}

  /**
   * What only this process knows, because it did it. All of it may be lost.
   *
   * @param staged volumes whose staging succeeded since the start; a driver need not mount anything
   *     at the staging path, so the kernel alone cannot tell
   * @param checked hostPath volumes that were looked at since the start
   * @param written what was written into volumes since the start
   */
  record Known(Set<CsiVolume> staged, Set<PodVolume> checked, Map<Site, Payload> written) {
    static final Known NOTHING = new Known(Set.of(), Set.of(), Map.of());

    Known {
      staged = Set.copyOf(staged);
      checked = Set.copyOf(checked);
      written = Map.copyOf(written);
    }
  }

  /** One volume of one pod. */
  record PodVolume(String uid, String name) {}
}
