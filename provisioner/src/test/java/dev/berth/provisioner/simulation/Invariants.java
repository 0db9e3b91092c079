package dev.berth.provisioner.simulation;

import dev.berth.provisioner.cluster.Index;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.embedded.MemoryStore;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Names;
import dev.berth.provisioner.object.Volume;
import dev.berth.provisioner.orphan.StoredVolume;
import dev.berth.provisioner.orphan.StoredVolume.MadeFor;
import io.fabric8.kubernetes.api.model.CSIPersistentVolumeSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What holds at every moment, whatever has just failed or died. */
final class Invariants {
  private final MemoryStore store;
  private final Collection<SimulatedDriver> drivers;
  private final Kubelet kubelet;
  private final BiPredicate<String, String> forsaken;
  private final Phases phases = new Phases();

  /** Handles of volumes that have, or had as long as they had one, a PV that says Retain. */
  private final Map<String, Boolean> retained = new HashMap<>();

  /** Handles of volumes whose PV has ever been more than Pending: in others nobody has data. */
  private final Set<String> used = new HashSet<>();

  /** When a PV was first seen for a handle: the revision of the store. */
  private final Map<String, Long> named = new HashMap<>();

  /** Handles of volumes that went to the trash while somebody wrote a PV for them. */
  private final Set<String> trashedUnseen = new HashSet<>();

  /**
   * Whether the PV of a handle was ever kept until its volume is deleted, since it last said
   * Retain: one that is deleted before stands for a person who lets the volume stay.
   */
  private final Map<String, Boolean> guarded = new HashMap<>();

  /** Handles of volumes that were ever mounted. */
  private final Set<String> staged = new HashSet<>();

  private Optional<Violation> found = Optional.empty();

  /**
   * The rules of a world.
   *
   * @param forsaken whether a node, and a volume on it, was lost or let go by a person: then nobody
   *     may have waited for what had begun
   */
  Invariants(
      MemoryStore store,
      Collection<SimulatedDriver> drivers,
      Kubelet kubelet,
      BiPredicate<String, String> forsaken) {
    this.store = store;
    this.drivers = drivers;
    this.kubelet = kubelet;
    this.forsaken = forsaken;
  }

  private Optional<SimulatedDriver.Stored> stored(String handle) {
    return drivers.stream()
        .flatMap(driver -> Optional.ofNullable(driver.volumes().get(handle)).stream())
        .findFirst();
  }

  List<Claim> claims() {
    return store.list(Kind.CLAIM).stream().map(Claim::new).toList();
  }

  List<Volume> volumes() {
    return store.list(Kind.VOLUME).stream().map(Volume::new).toList();
  }

  static String handle(Volume volume) {
    return volume.csi().map(CSIPersistentVolumeSource::getVolumeHandle).orElse("");
  }

  /** The driver is about to delete a volume that it has. */
  void beforeDelete(String handle) {
    if (Boolean.TRUE.equals(retained.get(handle)) && used.contains(handle)) {
      fail("no volume is deleted that is to stay", handle + ": its PV says Retain");
    }
    boolean known = !store.list(Kind.VOLUME, Index.VOLUME_BY_HANDLE, handle).isEmpty();
    if (!known && stored(handle).filter(SimulatedDriver.Stored::madeByHand).isPresent()) {
      fail("no volume is deleted that is not ours", handle + ": it has no PV");
    }
    kubelet.mounted().forEach((pod, mount) -> beforeDelete(handle, pod, mount));
    for (Claim claim : claims()) {
      claim
          .volumeName()
          .flatMap(name -> store.get(Kind.VOLUME, Key.of(name)))
          .map(Volume::new)
          .filter(volume -> volume.isOf(claim) && handle(volume).equals(handle))
          .ifPresent(
              _ -> fail("no volume is deleted in use", handle + " is of claim " + claim.key()));
    }
  }

  /** A node is about to mount a volume: from now on there may be data in it. */
  void staged(String handle) {
    staged.add(handle);
  }

  /**
   * A pool is about to move a volume to its trash because it was taken for leaked; a PV that was
   * written after all PVs were read could not be known.
   */
  void beforeTrash(String handle, long looked) {
    Optional<MadeFor> madeFor =
        pools().filter(v -> v.handle().equals(handle)).findFirst().flatMap(StoredVolume::madeFor);
    if (staged.contains(handle) || acknowledged(handle)) {
      fail("nothing is trashed that may hold data", handle + " was acknowledged or mounted");
    }
    if (madeFor.flatMap(MadeFor::cluster).filter(here(store)::equals).isEmpty()) {
      fail("nothing of another cluster is trashed", handle + " was made for " + madeFor);
    }
    volumes().stream()
        .filter(volume -> handle(volume).equals(handle))
        .forEach(pv -> named(pv, handle, looked));
    claims().stream()
        .filter(claim -> claim.volumeName().isEmpty())
        .filter(claim -> madeFor.flatMap(MadeFor::uid).filter(claim.uid()::equals).isPresent())
        .forEach(claim -> fail("nothing is trashed that a claim waits for", handle));
  }

  private boolean acknowledged(String handle) {
    return pools().anyMatch(v -> v.handle().equals(handle) && v.acknowledged());
  }

  /** Everything in all pools. */
  Stream<StoredVolume> pools() {
    return drivers.stream().flatMap(driver -> driver.notes().of(driver));
  }

  /**
   * One that was written too late to be known leads to nothing until the volume is brought back.
   */
  private void named(Volume pv, String handle, long looked) {
    if (looked >= 0
        && named.getOrDefault(pv.raw().getMetadata().getUid(), Long.MAX_VALUE) > looked) {
      trashedUnseen.add(handle);
    } else {
      fail("nothing is trashed that a PV names", handle + ": " + pv.name());
    }
  }

  /** The uid of this cluster. */
  static String here(MemoryStore store) {
    return store.get(Kind.NAMESPACE, Key.of("kube-system")).orElseThrow().getMetadata().getUid();
  }

  private void beforeDelete(String handle, String pod, Kubelet.Mounted mount) {
    if (mount.handle().equals(handle)) {
      fail("no volume is deleted in use", handle + " is mounted for pod " + pod);
    }
  }

  private void fail(String rule, String what) {
    if (found.isEmpty()) {
      found = Optional.of(new Violation(rule, what));
    }
  }

  /** The first thing that does not hold. */
  Optional<Violation> check() {
    List<Claim> claims = claims();
    List<Volume> volumes = volumes();
    volumes.forEach(
        volume -> named.putIfAbsent(volume.raw().getMetadata().getUid(), store.revision()));
    volumes.forEach(this::note);
    volumes.stream()
        .filter(volume -> claims.stream().anyMatch(claim -> isUsedBy(volume, claim)))
        .forEach(volume -> used.add(handle(volume)));
    return found
        .or(() -> phases.check(claims, volumes))
        .or(() -> shared(claims))
        .or(() -> bound(claims, volumes))
        .or(() -> owned(claims, volumes))
        .or(this::mounted);
  }

  private void note(Volume volume) {
    boolean stays = volume.reclaimPolicy().equals("Retain");
    retained.put(handle(volume), stays);
    guarded.merge(
        handle(volume),
        volume.hasFinalizer(Names.PROVISIONER_FINALIZER),
        (before, now) -> !stays && (before || now));
  }

  /** Only a claim that names it can have it mounted. */
  private static boolean isUsedBy(Volume volume, Claim claim) {
    return volume.isOf(claim) && claim.volumeName().filter(volume.name()::equals).isPresent();
  }

  private static Optional<Violation> shared(List<Claim> claims) {
    Map<String, List<Claim>> byVolume =
        claims.stream()
            .filter(claim -> claim.phase().equals("Bound") && claim.volumeName().isPresent())
            .collect(Collectors.groupingBy(claim -> claim.volumeName().orElseThrow()));
    return byVolume.entrySet().stream()
        .filter(entry -> entry.getValue().size() > 1)
        .map(
            entry ->
                new Violation(
                    "no two claims on one PV",
                    entry.getKey()
                        + " is bound to "
                        + entry.getValue().stream().map(claim -> claim.key().toString()).toList()))
        .findFirst();
  }

  /** A claim that was told that it is bound has its PV and its volume, of the size that it says. */
  private Optional<Violation> bound(List<Claim> claims, List<Volume> volumes) {
    Map<String, Volume> byName =
        volumes.stream().collect(Collectors.toMap(Volume::name, Function.identity()));
    for (Claim claim : claims) {
      if (!claim.phase().equals("Bound")) {
        continue;
      }
      Volume volume = byName.get(claim.volumeName().orElse(""));
      if (volume == null || !volume.isOf(claim)) {
        return Optional.of(
            new Violation(
                "no acknowledged volume is lost",
                claim.key() + " is bound to " + claim.volumeName() + ", which is not its PV"));
      }
      Optional<SimulatedDriver.Stored> stored = stored(handle(volume));
      if (!trashedUnseen.contains(handle(volume))
          && stored
              .filter(has -> has.volume().getCapacityBytes() >= claim.capacity().value())
              .isEmpty()) {
        return Optional.of(
            new Violation(
                "no acknowledged volume is lost",
                claim.key()
                    + " has "
                    + claim.capacity()
                    + ", the driver "
                    + stored.map(has -> has.volume().getCapacityBytes() + " B").orElse("nothing")));
      }
    }
    return Optional.empty();
  }

  /**
   * Whatever was made for a claim has a PV, or a claim that does not go before the question is
   * settled, or a person said that it is to stay.
   */
  private Optional<Violation> owned(List<Claim> claims, List<Volume> volumes) {
    for (SimulatedDriver driver : drivers) {
      for (var entry : driver.volumes().entrySet()) {
        String handle = entry.getKey();
        boolean owned =
            entry.getValue().madeByHand()
                || forsaken.test(driver.node(), handle)
                || Boolean.TRUE.equals(retained.get(handle))
                || Boolean.FALSE.equals(guarded.get(handle))
                || volumes.stream().anyMatch(volume -> handle(volume).equals(handle))
                || claims.stream().anyMatch(claim -> holds(claim, handle));
        if (!owned) {
          return Optional.of(new Violation("no volume is without an owner", handle));
        }
      }
    }
    return Optional.empty();
  }

  private static boolean holds(Claim claim, String handle) {
    return handle.endsWith("pvc-" + claim.uid()) && claim.hasFinalizer(Names.CREATING_FINALIZER);
  }

  private Optional<Violation> mounted() {
    return kubelet.mounted().entrySet().stream()
        .filter(
            entry ->
                store
                    .get(Kind.CLAIM, entry.getValue().claim())
                    .filter(
                        claim -> claim.getMetadata().getUid().equals(entry.getValue().claimUid()))
                    .isEmpty())
        .map(
            entry ->
                new Violation(
                    "no claim goes while it is mounted",
                    entry.getValue().claim() + " of pod " + entry.getKey()))
        .findFirst();
  }
}
