package dev.berth.provisioner.pod;

import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Index;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.pod.Desired.Leaving;
import dev.berth.provisioner.pod.Desired.Said;
import dev.berth.provisioner.pod.Desired.Wanted;
import dev.berth.provisioner.quantity.Bytes;
import io.fabric8.kubernetes.api.model.EmptyDirVolumeSource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The desired state of the world, read from the pods that are placed on this node. */
final class DesiredReader {
  private static final String SUPPORTED =
      "persistentVolumeClaim, ephemeral, csi, emptyDir, hostPath, nfs, configMap, secret,"
          + " downwardAPI and projected";

  private static final Comparator<Pod> OLDEST_FIRST =
      Comparator.<Pod, String>comparing(
              pod -> Objects.requireNonNullElse(pod.getMetadata().getCreationTimestamp(), ""))
          .thenComparing(pod -> pod.getMetadata().getUid());

  private final Cluster cluster;
  private final String node;
  private final ClaimVolumes claims;
  private final InlineVolumes inline;
  private final Contents contents;

  DesiredReader(Cluster cluster, String node, ClaimVolumes claims, InlineVolumes inline) {
    this.inline = inline;
    this.cluster = cluster;
    this.node = node;
    this.claims = claims;
    this.contents = new Contents(cluster);
  }

  Desired read() {
    List<Wanted> wanted = new ArrayList<>();
    List<Leaving> leaving = new ArrayList<>();
    cluster.list(Kind.POD, Index.POD_BY_NODE, node).stream()
        .sorted(OLDEST_FIRST)
        .forEach(
            pod -> {
              boolean held = pod.getMetadata().getFinalizers().contains(PodWriter.FINALIZER);
              if (isLiving(pod)) {
                wanted.add(
                    new Wanted(PodRef.of(pod), held, said(pod), wants(pod), SubPath.of(pod)));
              } else if (held) {
                leaving.add(new Leaving(PodRef.of(pod), Desired.csi(wants(pod))));
              }
            });
    return new Desired(wanted, leaving);
  }

  /** Whether the pod is neither being deleted nor has ended. */
  static boolean isLiving(Pod pod) {
    String phase = Optional.ofNullable(pod.getStatus()).map(PodStatus::getPhase).orElse("Pending");
    return pod.getMetadata().getDeletionTimestamp() == null
        && !phase.equals("Succeeded")
        && !phase.equals("Failed");
  }

  private static Said said(Pod pod) {
    Optional<PodStatus> status = Optional.ofNullable(pod.getStatus());
    return new Said(
        status.map(PodStatus::getReason).filter(PodWriter.MOUNTED::equals).isPresent(),
        status.map(PodStatus::getMessage).orElse(""));
  }

  private List<Want> wants(Pod pod) {
    return Objects.requireNonNullElse(pod.getSpec().getVolumes(), List.<Volume>of()).stream()
        .map(volume -> want(pod, volume))
        .toList();
  }

  Want want(Pod pod, Volume volume) {
    if (volume.getPersistentVolumeClaim() != null) {
      return claims.want(pod, volume.getName(), volume.getPersistentVolumeClaim());
    }
    if (volume.getEphemeral() != null) {
      return claims.ephemeral(pod, volume);
    }
    if (volume.getCsi() != null) {
      return inline.want(pod, volume.getName(), volume.getCsi());
    }
    if (volume.getHostPath() != null) {
      return HostPathCheck.want(volume.getName(), volume.getHostPath());
    }
    if (volume.getNfs() != null) {
      return PlainVolumes.inline(volume.getName(), volume.getNfs());
    }
    String kind = VolumeKind.of(volume);
    if (volume.getEmptyDir() != null || kind.isEmpty()) {
      // A volume without a source is an emptyDir (Kubernetes API, VolumeSource defaulting).
      return emptyDir(
          volume.getName(),
          Optional.ofNullable(volume.getEmptyDir()).orElseGet(EmptyDirVolumeSource::new));
    }
    return contents.want(pod, volume).orElseGet(() -> unsupported(volume.getName(), kind));
  }

  private static Want unsupported(String name, String kind) {
    return new Want.Refused(
        name,
        "volume \""
            + name
            + "\" is of kind "
            + kind
            + ": supported are "
            + SUPPORTED
            + "; change the pod");
  }

  private static Want emptyDir(String name, EmptyDirVolumeSource source) {
    String medium = Objects.requireNonNullElse(source.getMedium(), "");
    if (!medium.isEmpty() && !medium.equals("Memory")) {
      return new Want.Refused(
          name, "emptyDir.medium \"" + medium + "\": must be empty or Memory; change the pod");
    }
    try {
      return new Want.EmptyDir(name, medium.equals("Memory"), limit(source.getSizeLimit()));
    } catch (IllegalArgumentException e) {
      return new Want.Refused(
          name,
          "emptyDir.sizeLimit \""
              + source.getSizeLimit()
              + "\": must be a quantity such as 64Mi: "
              + e.getMessage());
    }
  }

  /** A limit of zero is no limit, as for a kubelet. */
  private static OptionalLong limit(@Nullable Quantity limit) {
    long bytes = limit == null ? 0 : Bytes.of(limit).value();
    return bytes == 0 ? OptionalLong.empty() : OptionalLong.of(bytes);
  }
}
