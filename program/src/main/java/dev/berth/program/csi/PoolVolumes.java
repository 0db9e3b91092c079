package dev.berth.program.csi;

import dev.berth.csi.server.work.OneAtATime;
import dev.berth.csi.server.work.VolumeKey;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.orphan.PoolContents;
import dev.berth.provisioner.orphan.StoredVolume;
import dev.berth.provisioner.orphan.StoredVolume.MadeFor;
import dev.berth.storage.Claim;
import dev.berth.storage.Pools;
import dev.berth.storage.Volume;
import dev.berth.storage.VolumeException;
import dev.berth.storage.VolumeId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Our pools, as the volume controller looks for orphans in them. */
final class PoolVolumes implements PoolContents {
  private final Pools pools;
  private final OneAtATime<VolumeKey> work;

  PoolVolumes(Pools pools, OneAtATime<VolumeKey> work) {
    this.pools = pools;
    this.work = work;
  }

  @Override
  public List<StoredVolume> volumes() {
    return pools.list().stream().map(PoolVolumes::stored).toList();
  }

  @Override
  public void acknowledge(String handle) {
    Optional<VolumeId> id = VolumeId.parse(handle).filter(this::isUnacknowledged);
    try {
      id.ifPresent(pools::acknowledge);
    } catch (VolumeException.NotFound gone) {
      // deleted since: there is nothing to write it to
    } catch (VolumeException e) {
      throw new FailedException(String.valueOf(e.getMessage()), e);
    }
  }

  /** PVs of other pools, and those that were seen before, are the many. */
  private boolean isUnacknowledged(VolumeId id) {
    return pools.known(id).filter(volume -> !volume.acknowledged()).isPresent();
  }

  @Override
  public boolean trash(String handle, Duration atLeast, boolean evenAcknowledged) {
    try {
      return VolumeId.parse(handle).filter(id -> trash(id, atLeast, evenAcknowledged)).isPresent();
    } catch (VolumeException e) {
      throw new FailedException(String.valueOf(e.getMessage()), e);
    }
  }

  /** Never while a call changes or stages the same volume. */
  private boolean trash(VolumeId id, Duration atLeast, boolean evenAcknowledged) {
    return work.run(
        new VolumeKey.Id(id.toString()),
        () -> pools.trash(id, atLeast, volume -> evenAcknowledged || !volume.acknowledged()));
  }

  private static StoredVolume stored(Volume volume) {
    return new StoredVolume(
        volume.id().toString(),
        volume.pool().value(),
        volume.size().value(),
        volume.created(),
        volume.acknowledged(),
        volume.claim().filter(c -> !c.name().isEmpty()).map(PoolVolumes::madeFor));
  }

  private static MadeFor madeFor(Claim claim) {
    return new MadeFor(claim.cluster(), Key.of(claim.namespace(), claim.name()), claim.uid());
  }
}
