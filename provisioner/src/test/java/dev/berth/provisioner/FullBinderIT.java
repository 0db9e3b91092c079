package dev.berth.provisioner;

import static dev.berth.provisioner.Disks.at;
import static dev.berth.provisioner.Disks.claim;
import static dev.berth.provisioner.Disks.disk;

import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Preconditions;
import org.junit.jupiter.api.Test;

/**
 * Binding over a real API server by the roles of {@code berth serve --binder=full}, where
 * kube-controller-manager runs without its binder.
 */
final class FullBinderIT extends BindingIT {
  @Override
  StandaloneBinder bindingIn(Cluster cluster) {
    return StandaloneBinder.ofRoles(cluster);
  }

  /** The folder is on some node, and the role is on another. */
  @Test
  @Override
  void a_recycled_volume_is_emptied_follows_no_link_out_and_serves_the_next_claim() {
    available(at(disk("pv", "1Gi", ""), folder, "Recycle").build());
    boundOf(claim("first", "50Mi", "").build());
    cluster.delete(Kind.CLAIM, Key.of("default", "first"), Preconditions.NONE);
    binder.volumeBecomes("pv", "Failed");
    binder.told(binder.volume("pv").raw(), "VolumeFailedRecycle: Recycle failed: ");
  }

  @Test
  @Override
  void what_cannot_be_emptied_is_failed_until_it_can() {
    available(at(disk("pv", "1Gi", ""), folder, "Recycle").build());
    boundOf(claim("first", "50Mi", "").build());
    cluster.delete(Kind.CLAIM, Key.of("default", "first"), Preconditions.NONE);
    binder.volumeBecomes("pv", "Failed");
  }
}
