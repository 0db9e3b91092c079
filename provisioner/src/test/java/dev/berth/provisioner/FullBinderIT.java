package dev.berth.provisioner;

import static dev.berth.provisioner.Disks.at;
import static dev.berth.provisioner.Disks.claim;
import static dev.berth.provisioner.Disks.disk;
import static org.awaitility.Awaitility.await;

import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Preconditions;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * Binding over a real API server by the roles of {@code berth serve --binder=full}, where
 * kube-controller-manager runs without its binder.
 */
final class FullBinderIT extends BindingOnApiServer {
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

  @Test
  void where_the_binder_of_kubernetes_runs_all_the_same_nothing_is_bound_here_and_it_is_told() {
    binder.close();
    server.startControllers("persistentvolume-binder-controller");
    try {
      binder = bindingIn(cluster);
      await()
          .atMost(StandaloneBinder.PATIENCE.multipliedBy(2))
          .until(() -> cluster.list(Kind.EVENT).stream().anyMatch(FullBinderIT::tellsOfTwo));
    } finally {
      server.stopControllers();
    }
    PersistentVolume left = cluster.create(disk("pv", "1Gi", "").build());
    await()
        .during(Duration.ofSeconds(2))
        .atMost(StandaloneBinder.PATIENCE)
        .until(() -> binder.volume(left.getMetadata().getName()).phase().equals("Pending"));
  }

  private static boolean tellsOfTwo(Event event) {
    return "TwoBinders".equals(event.getReason())
        && event.getMessage().startsWith("kube-controller-manager binds volumes although");
  }
}
