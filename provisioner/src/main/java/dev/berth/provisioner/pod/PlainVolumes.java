package dev.berth.provisioner.pod;

import static java.util.Objects.requireNonNullElse;

import io.fabric8.kubernetes.api.model.HostPathVolumeSource;
import io.fabric8.kubernetes.api.model.LocalVolumeSource;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** PersistentVolumes that no driver serves: paths of this host. */
final class PlainVolumes {
  private PlainVolumes() {}

  /**
   * What such a volume asks for; empty for all other kinds.
   *
   * @param volume the volume's name in the pod
   * @param readOnly whether the pod may only read
   */
  static Optional<Want> want(String volume, PersistentVolume pv, boolean readOnly) {
    LocalVolumeSource local = pv.getSpec().getLocal();
    HostPathVolumeSource hostPath = pv.getSpec().getHostPath();
    if (local == null && hostPath == null) {
      return Optional.empty();
    }
    String name = pv.getMetadata().getName();
    if ("Block".equals(pv.getSpec().getVolumeMode())) {
      return Optional.of(
          new Want.Refused(
              volume,
              "PersistentVolume \""
                  + name
                  + "\" has volumeMode Block: on one machine only CSI volumes are devices; use"
                  + " Filesystem"));
    }
    return Optional.of(
        local == null ? hostPath(volume, hostPath) : local(volume, pv, local, readOnly));
  }

  private static Want hostPath(String volume, HostPathVolumeSource source) {
    return HostPathCheck.want(volume, source);
  }

  private static Want local(
      String volume, PersistentVolume pv, LocalVolumeSource local, boolean readOnly) {
    String path = requireNonNullElse(local.getPath(), "");
    return HostPathCheck.invalid(path, "")
        .<Want>map(why -> new Want.Refused(volume, why.replace("hostPath.", "local.")))
        .orElseGet(
            () ->
                new Want.Bind(
                    volume, pv.getMetadata().getName(), Path.of(path), options(pv, readOnly)));
  }

  private static List<String> options(PersistentVolume pv, boolean readOnly) {
    List<String> options =
        new ArrayList<>(requireNonNullElse(pv.getSpec().getMountOptions(), List.of()));
    if (readOnly && !options.contains("ro")) {
      options.add("ro");
    }
    return options;
  }
}
