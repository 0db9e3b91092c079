package dev.berth.provisioner.orphan;

import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Volume;
import dev.berth.provisioner.orphan.StoredVolume.MadeFor;
import io.fabric8.kubernetes.api.model.CSIPersistentVolumeSource;
import java.util.Optional;

/** Reads the claim of a volume, and the volume of that claim, from where they are kept. */
record ClaimLookup(Cluster cluster) {
  /** Every error of the cluster is the caller's: what cannot be read is not gone. */
  ClaimSeen see(MadeFor madeFor) {
    Optional<Claim> found = cluster.getLive(Kind.CLAIM, madeFor.claim()).map(Claim::new);
    if (found.isEmpty()) {
      return new ClaimSeen.Gone();
    }
    Claim claim = found.get();
    if (!claim.uid().equals(madeFor.uid().orElse(""))) {
      return new ClaimSeen.Another(claim.uid());
    }
    return claim.volumeName().map(volume -> named(claim, volume)).orElseGet(ClaimSeen.Pending::new);
  }

  private ClaimSeen named(Claim claim, String name) {
    Optional<Volume> volume = cluster.getLive(Kind.VOLUME, Key.of(name)).map(Volume::new);
    if (volume.isEmpty()) {
      return new ClaimSeen.Bereft(name);
    }
    return claim.bindCompleted() && volume.get().isOf(claim)
        ? new ClaimSeen.Bound(
            name, volume.get().csi().map(CSIPersistentVolumeSource::getVolumeHandle))
        : new ClaimSeen.HalfBound(name);
  }
}
