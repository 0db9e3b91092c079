package dev.berth.provisioner.pod;

import static java.util.Objects.requireNonNullElse;

import io.fabric8.kubernetes.api.model.HostPathVolumeSource;
import io.fabric8.kubernetes.api.model.LocalVolumeSource;
import io.fabric8.kubernetes.api.model.NFSVolumeSource;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Volumes that no driver serves: paths of this host, and folders of NFS servers. */
final class PlainVolumes {
  private static final String BLOCK = "Block";

  private PlainVolumes() {}

  /**
   * What a PersistentVolume of such a kind asks for; empty for all other kinds.
   *
   * @param volume the volume's name in the pod
   * @param readOnly whether the pod may only read
   */
  static Optional<Want> want(String volume, PersistentVolume pv, boolean readOnly) {
    PersistentVolumeSpec spec = pv.getSpec();
    if (spec.getLocal() != null) {
      return Optional.of(local(volume, pv, spec.getLocal(), readOnly));
    }
    if (spec.getHostPath() != null) {
      return Optional.of(isBlock(pv) ? noDevice(volume, pv) : hostPath(volume, spec.getHostPath()));
    }
    return Optional.ofNullable(spec.getNfs())
        .map(nfs -> isBlock(pv) ? noDevice(volume, pv) : nfs(volume, pv, nfs, readOnly));
  }

  static boolean isBlock(PersistentVolume pv) {
    return BLOCK.equals(pv.getSpec().getVolumeMode());
  }

  private static Want noDevice(String volume, PersistentVolume pv) {
    return new Want.Refused(
        volume,
        "PersistentVolume \""
            + pv.getMetadata().getName()
            + "\" has volumeMode Block: on one machine only csi and local volumes are devices; use"
            + " Filesystem");
  }

  private static Want hostPath(String volume, HostPathVolumeSource source) {
    return HostPathCheck.want(volume, source);
  }

  private static Want local(
      String volume, PersistentVolume pv, LocalVolumeSource local, boolean readOnly) {
    String path = requireNonNullElse(local.getPath(), "");
    return HostPathCheck.invalid(path, "")
        .<Want>map(why -> new Want.Refused(volume, why.replace("hostPath.", "local.")))
        .orElseGet(() -> local(volume, pv, Path.of(path), readOnly));
  }

  private static Want local(String volume, PersistentVolume pv, Path path, boolean readOnly) {
    String name = pv.getMetadata().getName();
    if (isBlock(pv)) {
      return new Want.Plain(volume, Plugin.LOCAL_DEVICE, name, new Origin.HostDevice(path));
    }
    List<String> options = new ArrayList<>(mountOptions(pv));
    if (readOnly && !options.contains("ro")) {
      options.add("ro");
    }
    return new Want.Plain(volume, Plugin.LOCAL, name, new Origin.HostFolder(path, options));
  }

  private static List<String> mountOptions(PersistentVolume pv) {
    return requireNonNullElse(pv.getSpec().getMountOptions(), List.of());
  }

  private static Want nfs(
      String volume, PersistentVolume pv, NFSVolumeSource nfs, boolean readOnly) {
    // Nobody on the way would refuse a write for what the access modes say.
    boolean onlyReads = List.of("ReadOnlyMany").equals(pv.getSpec().getAccessModes());
    return nfs(volume, pv.getMetadata().getName(), nfs, mountOptions(pv), readOnly || onlyReads);
  }

  /** What a pod asks for that names the server itself. */
  static Want inline(String volume, NFSVolumeSource nfs) {
    return nfs(volume, volume, nfs, List.of(), false);
  }

  private static Want nfs(
      String volume, String folder, NFSVolumeSource nfs, List<String> options, boolean readOnly) {
    try {
      NfsShare share =
          NfsShare.of(
              requireNonNullElse(nfs.getServer(), ""),
              requireNonNullElse(nfs.getPath(), ""),
              options,
              readOnly || Boolean.TRUE.equals(nfs.getReadOnly()));
      return new Want.Plain(volume, Plugin.NFS, folder, new Origin.Export(share));
    } catch (IllegalArgumentException e) {
      return new Want.Refused(volume, "volume \"" + folder + "\": " + e.getMessage());
    }
  }
}
