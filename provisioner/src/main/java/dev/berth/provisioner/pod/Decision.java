package dev.berth.provisioner.pod;

import dev.berth.provisioner.pod.Actual.Bound;
import dev.berth.provisioner.pod.Actual.Placed;
import dev.berth.provisioner.pod.Actual.PodVolume;
import dev.berth.provisioner.pod.Actual.Published;
import dev.berth.provisioner.pod.Actual.Site;
import dev.berth.provisioner.pod.Actual.Staged;
import dev.berth.provisioner.pod.Actual.SubSite;
import dev.berth.provisioner.pod.Desired.Leaving;
import dev.berth.provisioner.pod.Desired.Said;
import dev.berth.provisioner.pod.Desired.Wanted;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The difference between the desired and the actual state, as steps in a kubelet's order: first
 * unmount what no pod wants, then mount what is wanted, then unstage what nobody uses. Pure: it
 * reads nothing and does nothing.
 *
 * <p>A pod that lives never loses a mount, whatever its claims look like meanwhile: the volumes of
 * a pod cannot be changed, so only its end makes them unwanted.
 */
final class Decision {
  private final Desired desired;
  private final Actual actual;
  private final Set<String> living;
  private final Map<PodVolume, Published> publishedAt;
  private final Map<Site, Placed> placedAt;
  private final Set<CsiVolume> staged = new HashSet<>();
  private final Map<CsiVolume, Set<String>> users = new HashMap<>();
  private final List<Step> steps = new ArrayList<>();
  private final Map<CsiVolume, Step.Stage> stages = new LinkedHashMap<>();

  private Decision(Desired desired, Actual actual) {
    this.desired = desired;
    this.actual = actual;
    this.living = desired.uids();
    this.publishedAt = index(actual.published(), p -> new PodVolume(p.uid(), p.pv()));
    this.placedAt = index(actual.placed(), Placed::site);
    for (Staged at : actual.staged()) {
      if (at.complete()) {
        at.volume().ifPresent(staged::add);
      }
    }
    actual.published().forEach(p -> p.volume().ifPresent(v -> uses(p.uid(), v)));
  }

  /** The steps that may be taken now; what they make possible is decided after them. */
  static List<Step> decide(Desired desired, Actual actual) {
    return new Decision(desired, actual).steps();
  }

  private List<Step> steps() {
    unmountUnwanted();
    for (Wanted pod : desired.pods()) {
      mountWanted(pod);
    }
    leave(unstageUnused());
    return List.copyOf(steps);
  }

  private void unmountUnwanted() {
    Set<String> kept = new HashSet<>(living); // parts are unmounted before their volumes
    for (Bound part : actual.bound()) {
      if (!living.contains(part.site().uid())) {
        steps.add(new Step.UnbindPart(part.site()));
        kept.add(part.site().uid());
      }
    }
    for (Published at : actual.published()) {
      if (!kept.contains(at.uid())) {
        steps.add(new Step.Unpublish(at));
      }
    }
    for (Placed there : actual.placed()) {
      if (!kept.contains(there.site().uid())) {
        steps.add(new Step.Remove(there.site()));
      }
    }
  }

  private void mountWanted(Wanted pod) {
    if (!pod.held()) {
      steps.add(new Step.Hold(pod.ref()));
      return;
    }
    List<String> missing = new ArrayList<>();
    Map<String, Want> ready = new HashMap<>();
    for (Want want : pod.volumes()) {
      mount(pod, want).ifPresentOrElse(missing::add, () -> ready.put(want.name(), want));
    }
    for (SubPath part : pod.subPaths()) {
      Want volume = ready.get(part.volume()); // one that is not ready is named already
      if (volume != null) {
        bindPart(pod.ref(), part, volume).ifPresent(missing::add);
      }
    }
    Said now = said(pod, missing);
    if (!now.equals(pod.said())) {
      steps.add(new Step.Tell(pod.ref(), now));
    }
  }

  /** Adds the next step for the volume; empty when it is there, else how to name it. */
  private Optional<String> mount(Wanted pod, Want want) {
    return switch (want) {
      case Want.Csi csi -> mountCsi(pod.ref(), csi);
      case Want.EmptyDir dir -> makeEmptyDir(pod.ref(), dir);
      case Want.HostPath path -> checkHostPath(pod, path);
      case Want.Plain plain -> mountPlain(pod.ref(), plain);
      case Want.Content content -> fill(pod, content);
      case Want.Lacking lacking -> lack(pod, lacking);
      case Want.Attaching(String name, var _, String why) -> Optional.of(name + " (" + why + ")");
      case Want.Waiting(String name, String why) -> Optional.of(name + " (" + why + ")");
      case Want.Refused(String name, String why) -> {
        steps.add(new Step.Complain(pod.ref(), name, why));
        yield Optional.of(name + " (" + why + ")");
      }
    };
  }

  private Optional<String> mountPlain(PodRef pod, Want.Plain want) {
    if (isMounted(want.site(pod.uid()))) {
      return Optional.empty();
    }
    steps.add(new Step.MountPlain(pod, want));
    return Optional.of(want.name());
  }

  private Optional<String> bindPart(PodRef pod, SubPath part, Want volume) {
    SubSite site =
        new SubSite(pod.uid(), part.volume(), part.container(), Integer.toString(part.index()));
    if (actual.bound().contains(new Bound(site, true))) {
      return Optional.empty();
    }
    steps.add(new Step.BindPart(pod, site, volume, part));
    return Optional.of(part.volume() + " (subPath " + part.path() + ")");
  }

  private static Said said(Wanted pod, List<String> missing) {
    int all = pod.volumes().size();
    return missing.isEmpty()
        ? new Said(
            true,
            (all == 1 ? "the volume is mounted" : "all " + all + " volumes are mounted")
                + "; no container engine is attached, so no container is started")
        : new Said(false, "waiting for volumes: " + String.join(", ", missing));
  }

  /** Adds the next step for the volume; empty when it is mounted, else how to name it. */
  private Optional<String> mountCsi(PodRef pod, Want.Csi want) {
    CsiMount mount = want.mount();
    Published at = publishedAt.get(new PodVolume(pod.uid(), mount.pv()));
    if (at != null && at.mounted()) {
      want.growth().ifPresent(growth -> steps.add(new Step.Expand(pod, mount, growth)));
      return Optional.empty();
    }
    if (mount.onePod() && usedByAnother(pod, mount.volume())) {
      String why =
          "PersistentVolume "
              + mount.pv()
              + " is ReadWriteOncePod and another pod has it: it is mounted here once that pod is"
              + " gone";
      steps.add(new Step.Complain(pod, want.name(), why));
      return Optional.of(want.name() + " (" + why + ")");
    }
    uses(pod.uid(), mount.volume());
    if (mount.stages() && !staged.contains(mount.volume())) {
      stage(pod, mount);
    } else {
      steps.add(new Step.Publish(pod, want.name(), mount));
    }
    return Optional.of(want.name());
  }

  private void uses(String uid, CsiVolume volume) {
    users.computeIfAbsent(volume, _ -> new HashSet<>()).add(uid);
  }

  private boolean usedByAnother(PodRef pod, CsiVolume volume) {
    return users.getOrDefault(volume, Set.of()).stream().anyMatch(uid -> !uid.equals(pod.uid()));
  }

  /** One stage for all pods that wait for it: the step already decided learns of one more pod. */
  private void stage(PodRef pod, CsiMount mount) {
    Step.Stage known = stages.get(mount.volume());
    List<PodRef> pods = new ArrayList<>(known == null ? List.of() : known.concerned());
    pods.add(pod);
    Step.Stage step = new Step.Stage(known == null ? mount : known.mount(), pods);
    stages.put(mount.volume(), step);
    if (known == null) {
      steps.add(step);
    } else {
      steps.set(steps.indexOf(known), step);
    }
  }

  private Optional<String> makeEmptyDir(PodRef pod, Want.EmptyDir want) {
    Placed folder = placedAt.get(new Site(pod.uid(), Plugin.EMPTY_DIR, want.name()));
    if (folder != null && (folder.mounted() || !want.memory())) {
      return Optional.empty();
    }
    steps.add(new Step.MakeEmptyDir(pod, want));
    return Optional.of(want.name());
  }

  /** A pod whose status says that all is mounted was checked before the last restart. */
  private Optional<String> checkHostPath(Wanted pod, Want.HostPath want) {
    if (pod.said().mounted()
        || actual.known().checked().contains(new PodVolume(pod.ref().uid(), want.name()))) {
      return Optional.empty();
    }
    steps.add(new Step.CheckHostPath(pod.ref(), want));
    return Optional.of(want.name());
  }

  /** Written once more after a restart, which changes nothing where nothing has changed. */
  private Optional<String> fill(Wanted pod, Want.Content want) {
    Site site = new Site(pod.ref().uid(), want.plugin(), want.name());
    boolean mounted = isMounted(site);
    if (!mounted || !want.payload().equals(actual.known().written().get(site))) {
      steps.add(new Step.Write(pod.ref(), site, want.payload()));
    }
    return isFilled(pod, site, mounted) ? Optional.empty() : Optional.of(want.name());
  }

  private Optional<String> lack(Wanted pod, Want.Lacking want) {
    steps.add(new Step.Complain(pod.ref(), want.name(), want.why()));
    Site site = new Site(pod.ref().uid(), want.plugin(), want.name());
    return isFilled(pod, site, isMounted(site))
        ? Optional.empty()
        : Optional.of(want.name() + " (" + want.why() + ")");
  }

  private boolean isMounted(Site site) {
    Placed there = placedAt.get(site);
    return there != null && there.mounted();
  }

  /** Whether something was written there, in this run or before the pod was told so. */
  private boolean isFilled(Wanted pod, Site site, boolean mounted) {
    return mounted && (pod.said().mounted() || actual.known().written().containsKey(site));
  }

  private Set<CsiVolume> unstageUnused() {
    Set<CsiVolume> used = new HashSet<>(users.keySet());
    desired.pods().forEach(pod -> used.addAll(pod.csiVolumes()));
    Set<CsiVolume> unused = new HashSet<>();
    for (Staged at : actual.staged()) {
      if (at.volume().filter(used::contains).isEmpty()) {
        steps.add(new Step.Unstage(at));
        at.volume().ifPresent(unused::add);
      }
    }
    return unused;
  }

  /** A pod goes after its volumes have left the node, so that they may be deleted at once. */
  private void leave(Set<CsiVolume> unstaging) {
    Set<String> occupied = new HashSet<>();
    actual.published().forEach(at -> occupied.add(at.uid()));
    actual.bound().forEach(part -> occupied.add(part.site().uid()));
    actual.placed().forEach(there -> occupied.add(there.site().uid()));
    for (String uid : actual.folders()) {
      if (!living.contains(uid) && !occupied.contains(uid)) {
        steps.add(new Step.RemoveFolder(uid));
      }
    }
    for (Leaving pod : desired.leaving()) {
      if (!actual.folders().contains(pod.ref().uid())
          && Collections.disjoint(pod.volumes(), unstaging)) {
        steps.add(new Step.Release(pod.ref()));
      }
    }
  }

  private static <K, T> Map<K, T> index(List<T> of, Function<T, K> by) {
    return of.stream().collect(Collectors.toMap(by, one -> one, (first, _) -> first));
  }
}
