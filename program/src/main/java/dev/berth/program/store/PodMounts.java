package dev.berth.program.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.program.nfs.NfsMounts;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.storage.Bytes;
import dev.berth.storage.VolumeException;
import dev.berth.storage.linux.DeviceNumber;
import dev.berth.storage.linux.Linux;
import dev.berth.storage.linux.MountEntry;
import dev.berth.storage.linux.MountTable;
import dev.berth.storage.linux.StatFs;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Where the volumes of a pod are on this machine, read from the kernel's mount table. The folders
 * are a kubelet's: {@code pods/UID/volumes/kubernetes.io~csi/PV/mount} and its neighbours.
 */
public final class PodMounts {
  private final Cluster cluster;
  private final Linux linux;
  private final Path root;
  private final Path pods;

  /**
   * @param root the daemon's root folder
   */
  public PodMounts(Cluster cluster, Linux linux, Path root) {
    this.cluster = cluster;
    this.linux = linux;
    this.root = root;
    this.pods = root.resolve("pods");
  }

  /**
   * A flat object for each volume: volume, type, path, state, and what else is known of claim,
   * persistentVolume, device, filesystem, options, size and used.
   */
  List<JsonNode> of(Pod pod) {
    Path folder = pods.resolve(pod.getMetadata().getUid());
    MountTable table = linux.mounts().table();
    return pod.getSpec().getVolumes().stream()
        .<JsonNode>map(volume -> describe(pod, volume, folder, table))
        .toList();
  }

  private ObjectNode describe(Pod pod, Volume volume, Path folder, MountTable table) {
    ObjectNode page = JsonNodeFactory.instance.objectNode().put("volume", volume.getName());
    Path volumes = folder.resolve("volumes");
    if (volume.getPersistentVolumeClaim() != null) {
      claim(page, pod, volume.getPersistentVolumeClaim().getClaimName(), folder, table);
    } else if (volume.getEphemeral() != null) {
      claim(page, pod, pod.getMetadata().getName() + "-" + volume.getName(), folder, table);
    } else if (volume.getEmptyDir() != null) {
      boolean memory = "Memory".equals(volume.getEmptyDir().getMedium());
      page.put("type", memory ? "emptyDir (memory)" : "emptyDir");
      folder(page, volumes.resolve("kubernetes.io~empty-dir").resolve(volume.getName()), table);
    } else if (volume.getCsi() != null) {
      page.put("type", "csi").put("driver", volume.getCsi().getDriver());
      Path place = volumes.resolve("kubernetes.io~csi").resolve(volume.getName());
      folder(page, place.resolve("mount"), table);
    } else if (volume.getHostPath() != null) {
      page.put("type", "hostPath");
      folder(page, Path.of(volume.getHostPath().getPath()), table);
    } else {
      other(page, pod, volume, table);
    }
    return page;
  }

  /** The kinds that are filled from objects, and what is not mounted here. */
  private void other(ObjectNode page, Pod pod, Volume volume, MountTable table) {
    dev.berth.provisioner.pod.PodMounts.placeOf(root, pod, volume)
        .ifPresentOrElse(
            place -> {
              page.put("type", place.kind());
              page.put("path", place.path().toString());
              Optional<MountEntry> entry = table.at(place.path());
              page.put("state", entry.isPresent() ? "mounted" : "not mounted");
              entry.ifPresent(e -> mounted(page, place.path(), e));
            },
            () -> page.put("type", "not one that is mounted here").put("state", "not mounted"));
  }

  private void claim(ObjectNode page, Pod pod, String name, Path folder, MountTable table) {
    page.put("type", "persistentVolumeClaim").put("claim", name);
    Optional<PersistentVolumeClaim> claim =
        cluster.get(Kind.CLAIM, Key.of(pod.getMetadata().getNamespace(), name));
    Optional<String> bound = claim.map(c -> c.getSpec().getVolumeName()).filter(v -> !v.isEmpty());
    if (bound.isEmpty()) {
      page.put(
          "state", claim.isEmpty() ? "the claim does not exist" : "the claim is not bound yet");
      return;
    }
    page.put("persistentVolume", bound.get());
    Optional<Path> plain =
        cluster
            .get(Kind.VOLUME, Key.of(bound.get()))
            .flatMap(pv -> dev.berth.provisioner.pod.PodMounts.placeOf(root, pod, pv));
    if ("Block".equals(claim.get().getSpec().getVolumeMode())) {
      Path csi = folder.resolve("volumeDevices/kubernetes.io~csi").resolve(bound.get());
      device(page, plain.orElse(csi));
    } else if (plain.isPresent()) {
      folder(page, plain.get(), table);
    } else {
      Path mount =
          folder.resolve("volumes/kubernetes.io~csi").resolve(bound.get()).resolve("mount");
      page.put("path", mount.toString());
      Optional<MountEntry> entry = table.at(mount);
      page.put("state", entry.isPresent() ? "mounted" : "not mounted");
      entry.ifPresent(e -> mounted(page, mount, e));
    }
  }

  /** A folder is there or not; it is a mount of its own only where it is a tmpfs. */
  private void folder(ObjectNode page, Path path, MountTable table) {
    page.put("path", path.toString());
    Optional<MountEntry> entry = table.at(path);
    if (entry.isPresent()) {
      page.put("state", "mounted");
      mounted(page, path, entry.get());
    } else {
      page.put("state", Files.exists(path, LinkOption.NOFOLLOW_LINKS) ? "ready" : "not there yet");
    }
  }

  private void device(ObjectNode page, Path link) {
    page.put("path", link.toString());
    if (!Files.exists(link)) {
      page.put("state", "not there yet");
      return;
    }
    page.put("state", "ready");
    try {
      Optional<DeviceNumber> node = linux.files().stat(real(link)).node();
      linux.loops().list().stream()
          .filter(d -> node.equals(Optional.of(d.device())))
          .findFirst()
          .ifPresent(d -> page.put("device", d.path().toString()).put("size", d.size().toString()));
    } catch (VolumeException goneMeanwhile) {
      page.put("state", goneMeanwhile.getMessage());
    }
  }

  private static Path real(Path link) {
    try {
      return link.toRealPath();
    } catch (IOException e) {
      return link;
    }
  }

  private void mounted(ObjectNode page, Path path, MountEntry entry) {
    boolean nfs = NfsMounts.isNfs(entry);
    if (nfs || entry.source().startsWith("/")) {
      page.put("device", entry.source());
    }
    page.put("filesystem", entry.fsType());
    page.put("options", new TreeSet<>(entry.options()).stream().collect(Collectors.joining(",")));
    if (nfs) {
      return; // how full it is, only the server knows, and it may be gone
    }
    try {
      StatFs space = linux.files().statfs(path);
      page.put("size", human(space.size())).put("used", human(space.used()));
    } catch (VolumeException goneMeanwhile) {
      page.put("state", goneMeanwhile.getMessage());
    }
  }

  /** A size rounded down to whole MiB, or to KiB below that. */
  private static String human(Bytes size) {
    Bytes unit = size.isLessThan(Bytes.ofMiB(1)) ? Bytes.ofKiB(1) : Bytes.ofMiB(1);
    return size.roundDownTo(unit).isZero() ? "0" : size.roundDownTo(unit).toString();
  }
}
