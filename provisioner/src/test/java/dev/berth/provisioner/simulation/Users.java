package dev.berth.provisioner.simulation;

import dev.berth.provisioner.Objects;
import dev.berth.provisioner.cluster.ClusterException;
import dev.berth.provisioner.cluster.Index;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Preconditions;
import dev.berth.provisioner.cluster.embedded.MemoryStore;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Names;
import dev.berth.provisioner.object.Volume;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** People, who see the cluster as it is and whose writes never fail for reasons of ours. */
final class Users {
  static final String FAST = "fast";
  static final String WAITING = "waiting";
  static final String KEPT = "kept";

  private final MemoryStore store;
  private final Optional<SimulatedDriver> byHand;
  private final List<SimulatedDriver> pools;
  private final Set<String> letGo = new HashSet<>();

  /**
   * The people of a cluster.
   *
   * @param byHand where they make volumes by hand, if they do
   * @param pools what they find leftovers in
   */
  Users(MemoryStore store, Optional<SimulatedDriver> byHand, Collection<SimulatedDriver> pools) {
    this.store = store;
    this.pools = List.copyOf(pools);
    this.byHand = byHand;
  }

  /** The classes that there are. */
  void prepare() {
    store.create(Objects.klass(FAST).build());
    store.create(Objects.waiting(WAITING));
    store.create(Objects.klass(KEPT).withReclaimPolicy("Retain").build());
  }

  /** Whether the wish could be had. */
  boolean act(Wish wish) {
    try {
      return switch (wish) {
        case Wish.CreateClaim(var name, var klass, int size, var volume) ->
            create(name, klass, size, volume);
        case Wish.CopyClaim(var name, var klass, var of, boolean snapshot) ->
            copy(name, klass, of, snapshot);
        case Wish.LetGo(String name) -> letGo(name);
        case Wish.DeleteClaim(String name) -> delete(Kind.CLAIM, key(name));
        case Wish.Grow(String name, int size) -> grow(name, size);
        case Wish.CreatePod(String name, String claim) -> create(Objects.pod(name, claim));
        case Wish.DeletePod(String name) -> delete(Kind.POD, key(name));
        case Wish.WriteVolume(String name, var claim) ->
            byHand.map(driver -> writeVolume(driver, name, claim)).orElse(false);
        case Wish.Adopt(String name, int node) -> adopt(name, node);
        case Wish.DeleteVolumeOf(String claim) ->
            volumeOf(claim).map(volume -> delete(Kind.VOLUME, Key.of(volume))).orElse(false);
        case Wish.DeleteVolume(String name) -> delete(Kind.VOLUME, Key.of(name));
        case Wish.Keep(String claim, boolean retain) -> keep(claim, retain);
        case Wish.Free(String name) -> free(name);
      };
    } catch (ClusterException _) {
      return false; // it is there, or is not, or may not be: as a person would be told
    }
  }

  private static Key key(String name) {
    return Key.of("default", name);
  }

  private boolean create(String name, String klass, int size, Optional<String> volume) {
    PersistentVolumeClaimBuilder claim =
        Objects.claim(name, klass).editSpec().withNewResources().endResources().endSpec();
    claim.editSpec().editResources().withRequests(size(size)).endResources().endSpec();
    volume.ifPresent(named -> claim.editSpec().withVolumeName(named).endSpec());
    return create(claim.build());
  }

  private boolean copy(String name, String klass, String of, boolean snapshot) {
    var claim = Objects.claim(name, klass).editSpec().withNewDataSource().endDataSource().endSpec();
    var source = claim.editSpec().editDataSource().withName(of);
    return create(
        (snapshot
                ? source.withApiGroup("snapshot.storage.k8s.io").withKind("VolumeSnapshot")
                : source.withKind("PersistentVolumeClaim"))
            .endDataSource()
            .endSpec()
            .build());
  }

  /** Only of one that is on its way: nobody does it before. */
  private boolean letGo(String name) {
    Optional<Claim> claim =
        store
            .get(Kind.CLAIM, key(name))
            .map(Claim::new)
            .filter(c -> c.deleting() && c.hasFinalizer(Names.CREATING_FINALIZER));
    claim.ifPresent(
        there -> {
          letGo.add(there.uid());
          store.replace(
              new PersistentVolumeClaimBuilder(there.raw())
                  .editMetadata()
                  .removeFromFinalizers(Names.CREATING_FINALIZER)
                  .endMetadata()
                  .build());
        });
    return claim.isPresent();
  }

  /** Whether a person let the claim go for which this volume was made. */
  boolean letGoOf(String handle) {
    return letGo.stream().anyMatch(uid -> handle.endsWith("pvc-" + uid));
  }

  private static Map<String, Quantity> size(int mebibytes) {
    return Map.of("storage", new Quantity(mebibytes + "Mi"));
  }

  private boolean create(HasMetadata object) {
    // As admission does it in Kubernetes and in the embedded cluster.
    store.create(object);
    return true;
  }

  private <T extends HasMetadata> boolean delete(Kind<T> kind, Key key) {
    store.delete(kind, key, Preconditions.NONE);
    return true;
  }

  private boolean grow(String name, int size) {
    PersistentVolumeClaim claim = store.get(Kind.CLAIM, key(name)).orElse(null);
    if (claim == null || new Claim(claim).deleting()) {
      return false;
    }
    store.replace(
        new PersistentVolumeClaimBuilder(claim)
            .editSpec()
            .editResources()
            .withRequests(size(size))
            .endResources()
            .endSpec()
            .build());
    return true;
  }

  private boolean writeVolume(SimulatedDriver driver, String name, Optional<String> claim) {
    PersistentVolumeBuilder volume =
        Objects.volume(name)
            .editSpec()
            .editCsi()
            .withVolumeHandle(driver.id(name))
            .endCsi()
            .withStorageClassName("")
            .endSpec();
    claim.ifPresent(
        reserved ->
            volume
                .editSpec()
                .withNewClaimRef()
                .withApiVersion("v1")
                .withKind("PersistentVolumeClaim")
                .withNamespace("default")
                .withName(reserved)
                .endClaimRef()
                .endSpec());
    driver.make(driver.id(name), 64L << 20);
    return create(volume.build());
  }

  private boolean adopt(String name, int node) {
    String handle = pools.get(node % pools.size()).id(SimulatedPool.LEFT);
    return store.list(Kind.VOLUME, Index.VOLUME_BY_HANDLE, handle).isEmpty()
        && pools.get(node % pools.size()).volumes().containsKey(handle)
        && create(
            Objects.volume(name)
                .editSpec()
                .editCsi()
                .withVolumeHandle(handle)
                .endCsi()
                .withStorageClassName("")
                .endSpec()
                .build());
  }

  private Optional<PersistentVolume> volumeOf(String claim) {
    return store.list(Kind.VOLUME, Index.VOLUME_BY_CLAIM, key(claim).toString()).stream()
        .findFirst();
  }

  /** Only while claim and volume are bound: who keeps a volume does so before the claim goes. */
  private boolean keep(String name, boolean retain) {
    Optional<Claim> claim =
        store.get(Kind.CLAIM, key(name)).map(Claim::new).filter(c -> !c.deleting());
    Optional<PersistentVolume> volume =
        claim
            .flatMap(Claim::volumeName)
            .flatMap(bound -> store.get(Kind.VOLUME, Key.of(bound)))
            .filter(pv -> new Volume(pv).isOf(claim.get()) && !new Volume(pv).deleting());
    volume.ifPresent(
        pv ->
            store.replace(
                new PersistentVolumeBuilder(pv)
                    .editSpec()
                    .withPersistentVolumeReclaimPolicy(retain ? "Retain" : "Delete")
                    .endSpec()
                    .build()));
    return volume.isPresent();
  }

  private boolean free(String name) {
    Optional<PersistentVolume> volume =
        store
            .get(Kind.VOLUME, Key.of(name))
            .filter(pv -> new Volume(pv).phase().equals("Released"))
            .filter(pv -> new Volume(pv).reclaimPolicy().equals("Retain"));
    volume.ifPresent(
        pv ->
            store.replace(
                new PersistentVolumeBuilder(pv).editSpec().withClaimRef(null).endSpec().build()));
    return volume.isPresent();
  }
}
