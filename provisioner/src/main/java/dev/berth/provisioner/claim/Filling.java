package dev.berth.provisioner.claim;

import static java.util.Objects.requireNonNullElse;

import dev.berth.csi.v1.VolumeContentSource;
import dev.berth.provisioner.cluster.extension.VolumeSnapshot;
import dev.berth.provisioner.cluster.extension.VolumeSnapshotContent;
import dev.berth.provisioner.csi.InvalidRequestException;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.DataSource;
import dev.berth.provisioner.object.Home;
import dev.berth.provisioner.object.Names;
import dev.berth.provisioner.object.Volume;
import dev.berth.provisioner.quantity.Bytes;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import java.util.Optional;

/** What a claim's volume is filled from, in CSI's words, and whether it may be. Pure. */
final class Filling {
  private final Home home;

  Filling(Home home) {
    this.home = home;
  }

  /**
   * The source as CreateVolume is told it; empty for none.
   *
   * @throws InvalidRequestException if its handle is not known
   */
  static Optional<VolumeContentSource> source(Seen seen) {
    return switch (DataSource.of(seen.claim())) {
      case DataSource.OfSnapshot(String name) -> Optional.of(ofSnapshot(seen, name));
      case DataSource.OfClaim(String name) -> Optional.of(ofClaim(seen, name));
      case DataSource.None _ -> Optional.empty();
      case DataSource.Elsewhere _ -> Optional.empty();
      case DataSource.Populator _ -> Optional.empty();
    };
  }

  private static VolumeContentSource ofSnapshot(Seen seen, String name) {
    String handle =
        seen.origin()
            .content()
            .flatMap(VolumeSnapshotContent::handle)
            .orElseThrow(() -> missing("VolumeSnapshot", name, "has no snapshot yet"));
    return VolumeContentSource.newBuilder()
        .setSnapshot(VolumeContentSource.SnapshotSource.newBuilder().setSnapshotId(handle))
        .build();
  }

  private static VolumeContentSource ofClaim(Seen seen, String name) {
    String handle =
        seen.origin()
            .volume()
            .flatMap(Volume::csi)
            .orElseThrow(() -> missing("PersistentVolumeClaim", name, "has no CSI volume"))
            .getVolumeHandle();
    return VolumeContentSource.newBuilder()
        .setVolume(VolumeContentSource.VolumeSource.newBuilder().setVolumeId(handle))
        .build();
  }

  /**
   * Refuses what must not be filled from, or not yet.
   *
   * @throws InvalidRequestException with the reason and what to do
   */
  void check(Seen seen) {
    switch (DataSource.of(seen.claim())) {
      case DataSource.OfSnapshot(String name) -> snapshot(seen, name);
      case DataSource.OfClaim(String name) -> claim(seen, name);
      case DataSource.Elsewhere(String kind, String namespace, String name) ->
          throw missing(
              kind,
              name,
              "is in namespace "
                  + namespace
                  + ": only sources of the claim's own namespace are taken; leave"
                  + " dataSourceRef.namespace out");
      case DataSource.None _ -> {}
      case DataSource.Populator _ -> {}
    }
  }

  private void snapshot(Seen seen, String name) {
    require(
        home.capabilities().snapshots(),
        "VolumeSnapshot",
        name,
        "cannot be used: driver " + home.driver() + " makes no volumes of snapshots");
    VolumeSnapshot snapshot =
        seen.origin()
            .snapshot()
            .orElseThrow(() -> missing("VolumeSnapshot", name, "does not exist; apply it"));
    boolean begun = seen.claim().hasFinalizer(Names.CREATING_FINALIZER); // it waits for us
    require(begun || !snapshot.deleting(), "VolumeSnapshot", name, "is being deleted");
    require(
        snapshot.status().ready() && seen.origin().content().isPresent(),
        "VolumeSnapshot",
        name,
        "is not ready to use; the claim goes on when it is");
    VolumeSnapshotContent content = seen.origin().content().orElseThrow();
    require(content.isOf(snapshot), "VolumeSnapshot", name, "is bound to a content of another one");
    require(
        content.driver().equals(home.driver()),
        "VolumeSnapshot",
        name,
        "is of driver " + content.driver() + ", and the class is of " + home.driver());
    Claim claim = seen.claim();
    mode("VolumeSnapshot", name, content.getSpec().sourceVolumeMode(), claim);
    Long size = content.status().restoreSize();
    size("VolumeSnapshot", name, new Bytes(size == null ? 0 : size), claim);
  }

  private void claim(Seen seen, String name) {
    String kind = "PersistentVolumeClaim";
    require(
        home.capabilities().cloning(),
        kind,
        name,
        "cannot be used: driver " + home.driver() + " makes no volumes of volumes");
    Claim claim = seen.claim();
    require(!name.equals(claim.key().name()), kind, name, "is the claim itself");
    Claim source =
        seen.origin().claim().orElseThrow(() -> missing(kind, name, "does not exist; apply it"));
    Optional<Volume> volume = seen.origin().volume().filter(v -> v.isOf(source));
    require(
        source.phase().equals("Bound") && volume.isPresent(),
        kind,
        name,
        "is not Bound; the claim goes on when it is");
    require(
        volume.orElseThrow().belongsTo(home.driver()),
        kind,
        name,
        "has a volume of another driver than " + home.driver());
    mode(kind, name, source.volumeMode(), claim);
    size(kind, name, volume.get().capacity(), claim);
    boolean held = source.hasFinalizer(Names.CLONING_PROTECTION);
    require(held || !source.deleting(), kind, name, "is being deleted");
  }

  /** Never another mode: a kernel must not mount what a pod wrote as raw blocks. */
  private static void mode(
      String kind, String name, @org.jspecify.annotations.Nullable String mode, Claim claim) {
    String of = requireNonNullElse(mode, claim.volumeMode());
    require(
        of.equals(claim.volumeMode()),
        kind,
        name,
        "is of volumeMode "
            + of
            + ", and spec.volumeMode is "
            + claim.volumeMode()
            + ": a volume never changes its mode (the annotation "
            + dev.berth.provisioner.snapshot.Names.ALLOW_MODE_CHANGE
            + " changes nothing about that); set "
            + of);
  }

  private static void size(String kind, String name, Bytes least, Claim claim) {
    require(
        claim.requested().compareTo(least) >= 0,
        kind,
        name,
        "needs "
            + least.toQuantity()
            + ", and spec.resources.requests.storage is "
            + claim.requested().toQuantity()
            + "; ask for at least as much");
  }

  private static void require(boolean holds, String kind, String name, String why) {
    if (!holds) {
      throw missing(kind, name, why);
    }
  }

  private static InvalidRequestException missing(String kind, String name, String why) {
    return new InvalidRequestException("spec.dataSource: " + kind + " \"" + name + "\" " + why);
  }

  /** The source claim with the protection that it needs first; empty when it has it. */
  static Optional<PersistentVolumeClaim> protect(Seen seen) {
    return seen.origin()
        .claim()
        .filter(source -> !source.hasFinalizer(Names.CLONING_PROTECTION))
        .map(
            source ->
                new PersistentVolumeClaimBuilder(source.raw())
                    .editMetadata()
                    .addToFinalizers(Names.CLONING_PROTECTION)
                    .endMetadata()
                    .build());
  }
}
