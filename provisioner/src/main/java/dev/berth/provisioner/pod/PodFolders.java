package dev.berth.provisioner.pod;

import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Notice;
import dev.berth.provisioner.pod.Actual.Site;
import dev.berth.provisioner.queue.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.List;

/** The steps that need no driver: all other kinds of volumes, and a pod's own folder. */
final class PodFolders {
  private final Layout layout;
  private final HostMounts mounts;
  private final Cluster cluster;
  private final InstantSource clock;

  PodFolders(Layout layout, HostMounts mounts, Cluster cluster, InstantSource clock) {
    this.layout = layout;
    this.mounts = mounts;
    this.cluster = cluster;
    this.clock = clock;
  }

  Outcome makeEmptyDir(PodRef pod, Want.EmptyDir want) throws IOException {
    Path dir = layout.emptyDir(pod.uid(), want.name());
    if (want.memory()) {
      Folders.create(dir);
      mounts.tmpfs(dir, want.sizeLimit());
      return Outcome.done();
    }
    makeOpenFolder(dir);
    if (want.sizeLimit().isPresent()) {
      cluster.event(
          new Notice(
              pod.reference(),
              Notice.Type.WARNING,
              "SizeLimitNotEnforced",
              "emptyDir \""
                  + want.name()
                  + "\": sizeLimit is not enforced on a plain directory; use medium Memory or a"
                  + " claim"));
    }
    return Outcome.done();
  }

  /** Appears with its mode, whatever the umask and whatever instant the process ends at. */
  private static void makeOpenFolder(Path dir) throws IOException {
    Path draft = Folders.parentOf(dir).resolve("." + dir.getFileName());
    Folders.create(draft);
    Files.setPosixFilePermissions(draft, PosixFilePermissions.fromString("rwxrwxrwx"));
    Files.move(draft, dir);
  }

  Outcome write(Site site, Payload payload) throws IOException {
    Path dir = layout.site(site);
    Folders.create(dir);
    if (!mounts.isMounted(dir)) {
      mounts.contentTmpfs(dir);
    }
    new AtomicFolder(dir, mounts).write(payload, clock.instant());
    return Outcome.done();
  }

  Outcome mount(PodRef pod, Want.Plain want) throws IOException {
    Path place = layout.site(want.site(pod.uid()));
    switch (want.origin()) {
      case Origin.HostFolder(Path path, List<String> options) -> {
        if (!Files.isDirectory(path)) {
          return isNot(want, path, "folder");
        }
        Folders.create(place);
        mounts.bind(path, place, options);
      }
      case Origin.HostDevice(Path path) -> {
        if (!Files.exists(path) || !HostPathCheck.isBlockDevice(path)) {
          return isNot(want, path, "block device");
        }
        Folders.create(Folders.parentOf(place));
        if (Files.notExists(place)) {
          Files.createFile(place);
        }
        mounts.bind(path.toRealPath(), place, List.of());
      }
      case Origin.Export(NfsShare share) -> {
        Folders.create(place);
        mounts.nfs(share, place);
      }
    }
    return Outcome.done();
  }

  private static Outcome isNot(Want.Plain want, Path path, String kind) {
    return Outcome.failed(
        "MountVolume.SetUp failed for volume \""
            + want.folder()
            + "\" : local.path "
            + path
            + " is not a "
            + kind
            + " of this machine; make it, and the pod follows");
  }

  Outcome remove(Site site) throws IOException {
    Path dir = layout.site(site);
    if (mounts.isMounted(dir)) {
      mounts.unmount(dir);
    }
    if (site.plugin().isThePods()) {
      Folders.removeTree(dir, mounts);
    } else {
      Folders.removeEmpty(dir);
    }
    return Outcome.done();
  }

  Outcome checkHostPath(Want.HostPath want) throws IOException {
    return HostPathCheck.check(Path.of(want.path()), want.type())
        .map(
            why ->
                Outcome.failed(
                    "MountVolume.SetUp failed for volume \"" + want.name() + "\" : " + why))
        .orElseGet(Outcome::done);
  }

  /** Folder by folder, each only when it is empty: here nothing is removed with its content. */
  Outcome removeFolder(String uid) throws IOException {
    Path pod = layout.pod(uid);
    Folders.removeEmpty(layout.csiVolumes(uid));
    for (Plugin plugin : Plugin.values()) {
      Folders.removeEmpty(layout.sites(uid, plugin));
    }
    Folders.removeEmpty(pod.resolve("volumes"));
    Folders.removeEmpty(layout.subPaths(uid));
    Folders.removeEmpty(layout.csiDevices(uid));
    Folders.removeEmpty(pod.resolve("volumeDevices"));
    Folders.removeEmpty(pod);
    return Outcome.done();
  }
}
