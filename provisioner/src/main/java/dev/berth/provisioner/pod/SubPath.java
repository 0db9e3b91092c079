package dev.berth.provisioner.pod;

import static java.util.Objects.requireNonNullElse;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A part of a volume that a container sees instead of the whole.
 *
 * @param volume the volume's name in the pod
 * @param container the container
 * @param index which of its volumeMounts
 * @param path what of the volume, relative to it
 * @param readOnly whether the container may only read
 */
record SubPath(String volume, String container, int index, String path, boolean readOnly) {

  /** Those of all containers of a pod, in their order. */
  static List<SubPath> of(Pod pod) {
    List<SubPath> all = new ArrayList<>();
    Stream.concat(
            pod.getSpec().getInitContainers().stream(), pod.getSpec().getContainers().stream())
        .forEach(container -> collect(container, all));
    return List.copyOf(all);
  }

  private static void collect(Container container, List<SubPath> all) {
    List<VolumeMount> mounts = requireNonNullElse(container.getVolumeMounts(), List.of());
    for (int i = 0; i < mounts.size(); i++) {
      VolumeMount mount = mounts.get(i);
      String path = requireNonNullElse(mount.getSubPath(), "");
      if (!path.isEmpty()) {
        boolean readOnly = Boolean.TRUE.equals(mount.getReadOnly());
        all.add(new SubPath(mount.getName(), container.getName(), i, path, readOnly));
      }
    }
  }
}
