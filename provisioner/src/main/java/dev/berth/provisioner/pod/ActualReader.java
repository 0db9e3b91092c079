package dev.berth.provisioner.pod;

import dev.berth.provisioner.pod.Actual.Bound;
import dev.berth.provisioner.pod.Actual.Known;
import dev.berth.provisioner.pod.Actual.Placed;
import dev.berth.provisioner.pod.Actual.Published;
import dev.berth.provisioner.pod.Actual.Site;
import dev.berth.provisioner.pod.Actual.Staged;
import dev.berth.provisioner.pod.Actual.SubSite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The actual state of the world: the kernel's mounts and the folders below the root, read anew each
 * time. Only the contents of {@code vol_data.json}, which never change, are kept between reads. Not
 * safe for threads.
 */
final class ActualReader {
  private final Layout layout;
  private final HostMounts mounts;
  private Map<Path, CsiVolume> known = new HashMap<>();
  private Map<Path, CsiVolume> seen = new HashMap<>();

  ActualReader(Layout layout, HostMounts mounts) {
    this.layout = layout;
    this.mounts = mounts;
  }

  /**
   * Reads.
   *
   * @param remembered what was done since the start and neither kernel nor folders tell
   */
  Actual read(Known remembered) throws IOException {
    seen = new HashMap<>();
    Set<Path> mounted = Set.copyOf(mounts.mountsBelow(layout.root()));
    List<Published> published = new ArrayList<>();
    List<Placed> placed = new ArrayList<>();
    List<Bound> bound = new ArrayList<>();
    Set<String> folders = new HashSet<>();
    for (String uid : Folders.names(layout.pods())) {
      folders.add(uid);
      published(uid, mounted, published);
      bound(uid, mounted, bound);
      for (Plugin plugin : Plugin.values()) {
        for (String name : Folders.names(layout.sites(uid, plugin))) {
          Site site = new Site(uid, plugin, name);
          placed.add(new Placed(site, mounted.contains(layout.site(site))));
        }
      }
    }
    Actual actual =
        new Actual(
            published, staged(mounted, remembered.staged()), placed, bound, folders, remembered);
    known = seen; // what is no longer there is forgotten
    return actual;
  }

  private void bound(String uid, Set<Path> mounted, List<Bound> into) throws IOException {
    Path top = layout.subPaths(uid);
    for (String volume : Folders.names(top)) {
      for (String container : Folders.names(top.resolve(volume))) {
        for (String index : Folders.names(top.resolve(volume).resolve(container))) {
          SubSite site = new SubSite(uid, volume, container, index);
          into.add(new Bound(site, mounted.contains(layout.subPath(site))));
        }
      }
    }
  }

  private void published(String uid, Set<Path> mounted, List<Published> into) throws IOException {
    for (String pv : Folders.names(layout.csiVolumes(uid))) {
      Layout.Place place = layout.published(uid, pv, false);
      into.add(
          new Published(uid, pv, false, volume(place.data()), mounted.contains(place.target())));
    }
    for (String pv : Folders.names(layout.csiDevices(uid))) {
      Layout.Place place = layout.published(uid, pv, true);
      into.add(new Published(uid, pv, true, volume(place.data()), isDevice(place, mounted)));
    }
  }

  /** A driver may bind the device there, or make a node of its own. */
  private static boolean isDevice(Layout.Place place, Set<Path> mounted) throws IOException {
    return mounted.contains(place.target())
        || (Files.exists(place.target(), LinkOption.NOFOLLOW_LINKS)
            && HostPathCheck.isBlockDevice(place.target()));
  }

  private List<Staged> staged(Set<Path> mounted, Set<CsiVolume> stagedNow) throws IOException {
    List<Staged> staged = new ArrayList<>();
    for (String driver : Folders.names(layout.plugins())) {
      Path folder = layout.plugins().resolve(driver);
      if (folder.equals(layout.devices())) {
        continue;
      }
      for (String hash : Folders.names(folder)) {
        staged.add(staged(layout.stagedIn(folder.resolve(hash)), false, mounted, stagedNow));
      }
    }
    for (String pv : Folders.names(layout.devices())) {
      if (!pv.equals("staging") && !pv.equals("publish")) {
        staged.add(staged(layout.stagedDevice(pv), true, mounted, stagedNow));
      }
    }
    return staged;
  }

  private Staged staged(
      Layout.Place place, boolean block, Set<Path> mounted, Set<CsiVolume> stagedNow) {
    Optional<CsiVolume> volume = volume(place.data());
    boolean complete =
        mounted.contains(place.target()) || volume.filter(stagedNow::contains).isPresent();
    return new Staged(place, block, volume, complete);
  }

  private Optional<CsiVolume> volume(Path data) {
    Optional<CsiVolume> volume =
        Optional.ofNullable(known.get(data)).or(() -> VolumeData.read(data));
    volume.ifPresent(v -> seen.put(data, v));
    return volume;
  }
}
