package dev.berth.provisioner.volume;

import dev.berth.provisioner.binding.Reference;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Index;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Notice;
import dev.berth.provisioner.object.PodView;
import dev.berth.provisioner.object.Volume;
import dev.berth.provisioner.queue.Outcome;
import dev.berth.provisioner.recycle.Contents;
import dev.berth.provisioner.recycle.RecycleException;
import dev.berth.provisioner.recycle.Recycler;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import java.util.List;

/** Carries out the reclaim policy Recycle. */
final class Recycling {
  private final Cluster cluster;
  private final Recycler recycler;

  Recycling(Cluster cluster, Recycler recycler) {
    this.cluster = cluster;
    this.recycler = recycler;
  }

  /** Empties a volume, as it was just read where it is kept, and lets anyone have it. */
  Progress recycle(Volume live, Contents contents) {
    if (recycler.equals(Recycler.NONE)) {
      return failed(live, "Recycle failed: " + contents + " is not to be emptied from here");
    }
    List<String> users = users(live);
    if (!users.isEmpty()) {
      String why = "Volume is used by pods: " + String.join(",", users);
      cluster.event(Notice.normal(live.raw(), "VolumeFailedRecycle", why));
      return new Progress.Ended(Outcome.failed(why));
    }
    try {
      recycler.empty(contents);
    } catch (RecycleException e) {
      return failed(live, "Recycle failed: " + e.why());
    }
    PersistentVolume free = cluster.replace(Reference.off(live));
    cluster.event(Notice.normal(live.raw(), "VolumeRecycled", "Volume recycled"));
    return new Progress.Changed(free);
  }

  /** Pods that had the claim when it went: it was protected from that, but not from force. */
  private List<String> users(Volume volume) {
    Key claim = volume.claimKey().orElseThrow();
    return cluster.getLive(Kind.CLAIM, claim).isPresent()
        ? List.of() // these are the users of another claim of that name
        : cluster.list(Kind.POD, Index.POD_BY_CLAIM, claim.toString()).stream()
            .map(PodView::new)
            .filter(pod -> pod.placed() && !pod.ended())
            .map(pod -> pod.key().toString())
            .toList();
  }

  /** Said once, and tried again. */
  private Progress failed(Volume volume, String why) {
    Step step = VolumeDecision.failed(volume, "VolumeFailedRecycle", why);
    if (step instanceof Step.WriteStatus(PersistentVolume failed, var notice)) {
      cluster.replaceStatus(failed);
      notice.ifPresent(cluster::event);
    }
    return new Progress.Ended(Outcome.failed(why));
  }
}
