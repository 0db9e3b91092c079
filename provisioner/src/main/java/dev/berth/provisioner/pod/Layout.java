package dev.berth.provisioner.pod;

import dev.berth.provisioner.pod.Actual.Site;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Where things lie below the root, as in a kubelet's root directory.
 *
 * @param root an absolute path free of symbolic links, so that it can be compared with mount points
 */
record Layout(Path root) {
  static final String GLOBAL_MOUNT = "globalmount";
  private static final String CSI = "kubernetes.io~csi";
  private static final String DEVICES = "volumeDevices";
  private static final String DATA = "vol_data.json";

  Layout {
    if (!root.isAbsolute()) {
      throw new IllegalArgumentException("root folder " + root + ": must be an absolute path");
    }
  }

  /** The layout of a root folder, made if absent, by the path that mount points have. */
  static Layout make(Path root) {
    try {
      Files.createDirectories(root);
      return new Layout(root.toRealPath());
    } catch (IOException e) {
      throw new UncheckedIOException("root folder " + root + " cannot be used: " + e, e);
    }
  }

  /** The layout of a root folder that may not exist yet; nothing is made. */
  static Layout of(Path root) {
    return Files.isDirectory(root) ? make(root) : new Layout(root.toAbsolutePath().normalize());
  }

  Path pods() {
    return root.resolve("pods");
  }

  Path pod(String uid) {
    return pods().resolve(segment(uid));
  }

  /** The folder that holds a pod's CSI filesystem volumes. */
  Path csiVolumes(String uid) {
    return pod(uid).resolve("volumes").resolve(CSI);
  }

  /** The folder that holds the links to a pod's CSI block volumes. */
  Path csiDevices(String uid) {
    return pod(uid).resolve(DEVICES).resolve(CSI);
  }

  /** The folder that holds a pod's volumes of one kind. */
  Path sites(String uid, Plugin plugin) {
    return pod(uid).resolve(plugin.folder());
  }

  /** Where such a volume is. */
  Path site(Site site) {
    return sites(site.uid(), site.plugin()).resolve(segment(site.name()));
  }

  /** The folder that holds the parts of a pod's volumes that its containers see. */
  Path subPaths(String uid) {
    return pod(uid).resolve("volume-subpaths");
  }

  Path subPath(Actual.SubSite site) {
    return subPaths(site.uid())
        .resolve(segment(site.volume()))
        .resolve(segment(site.container()))
        .resolve(segment(site.index()));
  }

  Path emptyDir(String uid, String volume) {
    return site(new Site(uid, Plugin.EMPTY_DIR, volume));
  }

  /** The folder below which each driver has one. */
  Path plugins() {
    return root.resolve("plugins").resolve("kubernetes.io").resolve("csi");
  }

  Path devices() {
    return plugins().resolve(DEVICES);
  }

  /** Where a volume is published for a pod. */
  Place published(String uid, String pv, boolean block) {
    if (block) {
      return new Place(
          csiDevices(uid).resolve(segment(pv)),
          devices().resolve("publish").resolve(segment(pv)).resolve(segment(uid)),
          deviceData(pv));
    }
    Path folder = csiVolumes(uid).resolve(segment(pv));
    return new Place(folder, folder.resolve("mount"), folder.resolve(DATA));
  }

  /** Where a filesystem volume is staged: the hash keeps any handle one safe path segment. */
  Place staged(CsiVolume volume) {
    return stagedIn(plugins().resolve(stagingLane(volume)));
  }

  static Path stagingLane(CsiVolume volume) {
    return Path.of(segment(volume.driver()), sha256(volume.handle()));
  }

  static Path deviceLane(String pv) {
    return Path.of(DEVICES, segment(pv));
  }

  Place stagedIn(Path folder) {
    return new Place(folder, folder.resolve(GLOBAL_MOUNT), folder.resolve(DATA));
  }

  /** Where a block volume is staged. */
  Place stagedDevice(String pv) {
    return new Place(
        devices().resolve(segment(pv)),
        devices().resolve("staging").resolve(segment(pv)),
        deviceData(pv));
  }

  private Path deviceData(String pv) {
    if (pv.equals("staging") || pv.equals("publish")) {
      throw new IllegalArgumentException(
          "PersistentVolume \""
              + pv
              + "\": a block volume cannot have the name of a folder beside it; rename it");
    }
    return devices().resolve(segment(pv)).resolve("data").resolve(DATA);
  }

  /**
   * A name that is one segment of a path. The API's own rules allow nothing else; this is the wall
   * behind them.
   */
  private static String segment(String name) {
    if (name.isEmpty() || name.equals(".") || name.equals("..") || name.indexOf('/') >= 0) {
      throw new IllegalArgumentException(
          "name \"" + name + "\": cannot be a folder's name; rename the object");
    }
    return name;
  }

  private static String sha256(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /**
   * One place where a driver puts a volume.
   *
   * @param evidence made before the driver is called and removed after it has finished for good: as
   *     long as it is there, the volume may be at the target
   * @param target what the driver is told
   * @param data the file that says which volume it is
   */
  record Place(Path evidence, Path target, Path data) {
    /** The end of the evidence's path, which no other place of its kind has. */
    Object lane() {
      int names = evidence.getNameCount();
      return evidence.subpath(names - 2, names);
    }
  }
}
