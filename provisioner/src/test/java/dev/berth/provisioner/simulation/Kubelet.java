package dev.berth.provisioner.simulation;

import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.embedded.MemoryStore;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.PodView;
import dev.berth.provisioner.object.Volume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** What a node does for pods, in one step each: mounts, unmounts, grows filesystems. */
final class Kubelet {
  /** What a pod has mounted. */
  record Mounted(String podUid, Key claim, String claimUid, String handle) {}

  private static final String HOLD = "berth.dev/mounted";

  private final MemoryStore store;
  private final Consumer<String> staged;
  private final Map<String, Mounted> mounted = new TreeMap<>();
  private int changes;

  /**
   * The kubelets of a cluster.
   *
   * @param staged is told each handle that is about to be mounted
   */
  Kubelet(MemoryStore store, Consumer<String> staged) {
    this.store = store;
    this.staged = staged;
  }

  /** How often something was mounted or unmounted. */
  int changes() {
    return changes;
  }

  /** What is mounted, by the name of the pod; a view. */
  Map<String, Mounted> mounted() {
    return mounted;
  }

  /** The pods for which there is something to do. */
  List<String> due() {
    if (mounted.isEmpty() && store.list(Kind.POD).isEmpty()) {
      return List.of();
    }
    var pods =
        store.list(Kind.POD).stream()
            .map(PodView::new)
            .filter(pod -> !mounted.containsKey(pod.key().name()))
            .filter(pod -> usable(pod).isPresent())
            .map(pod -> pod.key().name());
    var known = mounted.keySet().stream().filter(name -> gone(name) || pending(name).isPresent());
    return Stream.concat(pods, known).toList();
  }

  /** Does what is due for a pod. */
  boolean act(String name) {
    if (mounted.containsKey(name)) {
      if (gone(name)) {
        unmount(name);
        return true;
      }
      Optional<PersistentVolumeClaim> grown = pending(name);
      grown.ifPresent(this::grow);
      return grown.isPresent();
    }
    Optional<Mounted> use =
        store.get(Kind.POD, Key.of("default", name)).map(PodView::new).flatMap(this::usable);
    use.ifPresent(mount -> mount(name, mount));
    return use.isPresent();
  }

  /** Holds the pod, as the volume manager does, before anything is mounted for it. */
  private void mount(String name, Mounted mount) {
    store
        .get(Kind.POD, Key.of("default", name))
        .ifPresent(
            pod ->
                store.replace(
                    new PodBuilder(pod)
                        .editMetadata()
                        .addToFinalizers(HOLD)
                        .endMetadata()
                        .build()));
    staged.accept(mount.handle());
    mounted.put(name, mount);
    changes++;
  }

  private void unmount(String name) {
    mounted.remove(name);
    changes++;
    store
        .get(Kind.POD, Key.of("default", name))
        .filter(pod -> pod.getMetadata().getFinalizers().contains(HOLD))
        .ifPresent(
            pod ->
                store.replace(
                    new PodBuilder(pod)
                        .editMetadata()
                        .removeFromFinalizers(HOLD)
                        .endMetadata()
                        .build()));
  }

  /** The volume of a placed pod, if its claim is bound and not about to go, as kubelets ask. */
  private Optional<Mounted> usable(PodView pod) {
    if (!pod.placed() || pod.deleting()) {
      return Optional.empty();
    }
    return store
        .get(Kind.CLAIM, pod.claims().getFirst())
        .map(Claim::new)
        .filter(claim -> claim.phase().equals("Bound") && !claim.deleting())
        .flatMap(
            claim ->
                claim
                    .volumeName()
                    .flatMap(volume -> store.get(Kind.VOLUME, Key.of(volume)))
                    .map(Volume::new)
                    .filter(volume -> volume.isOf(claim))
                    .flatMap(Volume::csi)
                    .map(
                        csi ->
                            new Mounted(
                                pod.raw().getMetadata().getUid(),
                                claim.key(),
                                claim.uid(),
                                csi.getVolumeHandle())));
  }

  private boolean gone(String name) {
    Mounted mount = mounted.get(name);
    Optional<Pod> pod = store.get(Kind.POD, Key.of("default", name));
    return mount == null
        || pod.filter(p -> p.getMetadata().getUid().equals(mount.podUid()))
            .filter(p -> !new PodView(p).deleting())
            .isEmpty();
  }

  private Optional<PersistentVolumeClaim> pending(String name) {
    return Optional.ofNullable(mounted.get(name))
        .flatMap(mount -> store.get(Kind.CLAIM, mount.claim()))
        .filter(claim -> claim.getStatus().getAllocatedResourceStatuses() != null)
        .filter(
            claim ->
                claim
                    .getStatus()
                    .getAllocatedResourceStatuses()
                    .containsValue("NodeResizePending"));
  }

  private void grow(PersistentVolumeClaim claim) {
    Map<String, Quantity> capacity = new LinkedHashMap<>(claim.getStatus().getCapacity());
    capacity.putAll(claim.getStatus().getAllocatedResources());
    store.replaceStatus(
        new PersistentVolumeClaimBuilder(claim)
            .editStatus()
            .withCapacity(capacity)
            .withAllocatedResourceStatuses(Map.of())
            .withConditions(List.of())
            .endStatus()
            .build());
  }
}
