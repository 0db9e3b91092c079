package dev.berth.provisioner.pod;

import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.object.EphemeralVolumes;
import dev.berth.provisioner.pod.Actual.Site;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Where the volumes of a pod are on this host, for people who ask. It changes nothing. */
public final class PodMounts {
  private final Layout layout;
  private final Cluster cluster;
  private final HostMounts mounts;

  /** Looks below the root folder that a {@link VolumeManager} keeps. */
  public PodMounts(Path root, Cluster cluster, HostMounts mounts) {
    this.layout = Layout.of(root);
    this.cluster = cluster;
    this.mounts = mounts;
  }

  /**
   * One volume of a pod.
   *
   * @param volume its name in the pod
   * @param kind the kind as the manifest names it, for example {@code persistentVolumeClaim}
   * @param path where it is, or will be; empty when that is not decided yet
   * @param mounted whether it is there now
   */
  public record PodMount(String volume, String kind, Optional<Path> path, boolean mounted) {}

  /**
   * Where a volume is that has a folder of its own in the pod's and no claim.
   *
   * @param kind the kind as the manifest names it, for example {@code configMap}
   */
  public record Place(String kind, Path path) {}

  /** The place of a volume that is filled from objects or names a server; empty for all others. */
  public static Optional<Place> placeOf(Path root, Pod pod, Volume volume) {
    return site(pod, volume)
        .map(site -> new Place(VolumeKind.of(volume), Layout.of(root).site(site)));
  }

  private static Optional<Site> site(Pod pod, Volume volume) {
    return Source.of(volume)
        .map(Source::plugin)
        .or(() -> Optional.ofNullable(volume.getNfs()).map(_ -> Plugin.NFS))
        .map(plugin -> new Site(pod.getMetadata().getUid(), plugin, volume.getName()));
  }

  /** Where a PersistentVolume that no driver serves is for a pod; empty for a driver's. */
  public static Optional<Path> placeOf(Path root, Pod pod, PersistentVolume pv) {
    if (pv.getSpec().getHostPath() != null) {
      return Optional.of(Path.of(pv.getSpec().getHostPath().getPath()));
    }
    Optional<Plugin> plugin =
        pv.getSpec().getNfs() != null
            ? Optional.of(Plugin.NFS)
            : Optional.ofNullable(pv.getSpec().getLocal())
                .map(_ -> PlainVolumes.isBlock(pv) ? Plugin.LOCAL_DEVICE : Plugin.LOCAL);
    return plugin
        .map(p -> new Site(pod.getMetadata().getUid(), p, pv.getMetadata().getName()))
        .map(Layout.of(root)::site);
  }

  /** The volumes of the pod, in the pod's order. */
  public List<PodMount> of(Pod pod) {
    return pod.getSpec().getVolumes().stream().map(volume -> of(pod, volume)).toList();
  }

  private PodMount of(Pod pod, Volume volume) {
    String uid = pod.getMetadata().getUid();
    String name = volume.getName();
    String kind = VolumeKind.of(volume);
    return switch (kind) {
      case "persistentVolumeClaim" ->
          claim(pod, volume, volume.getPersistentVolumeClaim().getClaimName());
      case "ephemeral" -> claim(pod, volume, EphemeralVolumes.claimName(pod, volume));
      case "hostPath" -> {
        Path path = Path.of(volume.getHostPath().getPath());
        yield new PodMount(name, kind, Optional.of(path), Files.exists(path));
      }
      case "emptyDir", "" -> {
        Path path = layout.emptyDir(uid, name);
        boolean memory =
            volume.getEmptyDir() != null && "Memory".equals(volume.getEmptyDir().getMedium());
        yield new PodMount(
            name,
            "emptyDir",
            Optional.of(path),
            memory ? mounts.isMounted(path) : Files.isDirectory(path));
      }
      default -> // refused kinds are nowhere
          site(pod, volume)
              .map(layout::site)
              .map(path -> new PodMount(name, kind, Optional.of(path), mounts.isMounted(path)))
              .orElseGet(() -> new PodMount(name, kind, Optional.empty(), false));
    };
  }

  private PodMount claim(Pod pod, Volume volume, String name) {
    Key key = Key.of(pod.getMetadata().getNamespace(), name);
    Optional<PersistentVolumeClaim> claim = cluster.get(Kind.CLAIM, key);
    Optional<Path> plain =
        claim
            .flatMap(ClaimVolumes::boundTo)
            .flatMap(pv -> cluster.get(Kind.VOLUME, Key.of(pv)))
            .flatMap(pv -> placeOf(layout.root(), pod, pv));
    if (plain.isPresent()) {
      boolean there = mounts.isMounted(plain.get()) || !plain.get().startsWith(layout.root());
      return new PodMount(volume.getName(), VolumeKind.of(volume), plain, there);
    }
    Optional<Layout.Place> place =
        claim
            .flatMap(ClaimVolumes::boundTo)
            .map(pv -> layout.published(pod.getMetadata().getUid(), pv, isBlock(claim)));
    boolean mounted =
        place
            .filter(
                p -> mounts.isMounted(p.target()) || (isBlock(claim) && Files.exists(p.target())))
            .isPresent();
    // A device is reached by the link in the pod's folder, a filesystem at its mount point.
    Optional<Path> path = place.map(p -> isBlock(claim) ? p.evidence() : p.target());
    return new PodMount(volume.getName(), VolumeKind.of(volume), path, mounted);
  }

  private static boolean isBlock(Optional<PersistentVolumeClaim> claim) {
    return claim.map(c -> c.getSpec().getVolumeMode()).filter("Block"::equals).isPresent();
  }
}
