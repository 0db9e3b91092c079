package dev.berth.provisioner.object;

import static java.util.Objects.requireNonNullElse;

import dev.berth.provisioner.cluster.Key;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A Pod as it is read.
 *
 * @param raw the object, never changed
 */
public record PodView(Pod raw) {
  /** Namespace and name. */
  public Key key() {
    return Key.of(raw);
  }

  /** Whether it is being deleted. */
  public boolean deleting() {
    return raw.getMetadata().getDeletionTimestamp() != null;
  }

  /** The node that it is placed on. */
  public Optional<String> node() {
    return Text.nonEmpty(raw.getSpec().getNodeName());
  }

  /** Whether it has a node. */
  public boolean placed() {
    return node().isPresent();
  }

  /** Whether its containers have ended for good. */
  public boolean ended() {
    String phase = raw.getStatus() == null ? null : raw.getStatus().getPhase();
    return "Succeeded".equals(phase) || "Failed".equals(phase);
  }

  /**
   * Whether nothing of it runs any more, as kube-controller-manager sees it: it has ended, or it is
   * being deleted and each of its containers has ended or has not begun.
   */
  public boolean terminated() {
    return ended() || (deleting() && containers().noneMatch(PodView::runs));
  }

  private Stream<ContainerStatus> containers() {
    return raw.getStatus() == null
        ? Stream.empty()
        : requireNonNullElse(raw.getStatus().getContainerStatuses(), List.<ContainerStatus>of())
            .stream();
  }

  private static boolean runs(ContainerStatus container) {
    return container.getState() == null
        || (container.getState().getTerminated() == null
            && container.getState().getWaiting() == null);
  }

  /**
   * The claims that its volumes are of, in their order; those of generic ephemeral ones included.
   */
  public List<Key> claims() {
    return requireNonNullElse(raw.getSpec().getVolumes(), List.<Volume>of()).stream()
        .flatMap(this::claim)
        .toList();
  }

  private Stream<Key> claim(Volume volume) {
    String namespace = key().namespace();
    if (volume.getPersistentVolumeClaim() != null) {
      return Stream.of(Key.of(namespace, volume.getPersistentVolumeClaim().getClaimName()));
    }
    return volume.getEphemeral() == null
        ? Stream.empty()
        : Stream.of(Key.of(namespace, key().name() + "-" + volume.getName()));
  }
}
