package dev.berth.provisioner.pod;

import dev.berth.provisioner.pod.Actual.PodVolume;
import dev.berth.provisioner.pod.Actual.Published;
import dev.berth.provisioner.pod.Actual.Site;
import dev.berth.provisioner.pod.Actual.Staged;
import dev.berth.provisioner.pod.Actual.SubSite;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One step from the actual to the desired state. Steps are values: one that is decided again after
 * it failed equals the one that failed, which is how it waits out its backoff; when what is wanted
 * changes, it is another step and is tried at once.
 */
sealed interface Step {
  /**
   * What the step needs for itself: steps that share a lane run one at a time, others side by side.
   * A CSI step takes the volume, for the driver's sake, and the places that it works on, because
   * what is found at a place cannot always be told to be the volume's.
   */
  Set<Object> lanes();

  /** The pods whose users are told when it fails. */
  default List<PodRef> concerned() {
    return List.of();
  }

  /** The pod of which no other step may be running meanwhile; empty for most. */
  default Optional<String> alone() {
    return Optional.empty();
  }

  /** The uid of the pod that it works for; empty when it is not for one pod. */
  default Optional<String> pod() {
    return Optional.empty();
  }

  /** Take the pod under our finalizer, so that it cannot vanish while its volumes are mounted. */
  record Hold(PodRef of) implements Step {
    @Override
    public Set<Object> lanes() {
      return Set.of(of);
    }

    @Override
    public Optional<String> pod() {
      return Optional.of(of.uid());
    }
  }

  /** NodeUnpublishVolume, and remove what we made for it. */
  record Unpublish(Published at) implements Step {
    @Override
    public Set<Object> lanes() {
      Set<Object> lanes = new HashSet<>(Set.of(new PodVolume(at.uid(), at.pv())));
      at.volume().ifPresent(lanes::add);
      return lanes;
    }

    @Override
    public Optional<String> pod() {
      return Optional.of(at.uid());
    }
  }

  /** Unmount a volume that no driver serves, if it is a mount, and remove it with its content. */
  record Remove(Site site) implements Step {
    @Override
    public Set<Object> lanes() {
      return Set.of(site);
    }

    @Override
    public Optional<String> pod() {
      return Optional.of(site.uid());
    }
  }

  /** NodeStageVolume. */
  record Stage(CsiMount mount, List<PodRef> concerned) implements Step {
    public Stage {
      concerned = List.copyOf(concerned);
    }

    @Override
    public Set<Object> lanes() {
      return Set.of(mount.volume(), mount.stagingLane());
    }
  }

  /** NodePublishVolume. */
  record Publish(PodRef of, String volume, CsiMount mount) implements Step {
    @Override
    public Set<Object> lanes() {
      return Set.of(mount.volume(), mount.stagingLane(), new PodVolume(of.uid(), mount.pv()));
    }

    @Override
    public List<PodRef> concerned() {
      return List.of(of);
    }

    @Override
    public Optional<String> pod() {
      return Optional.of(of.uid());
    }
  }

  /** Make an emptyDir, or mount its tmpfs. */
  record MakeEmptyDir(PodRef of, Want.EmptyDir want) implements Step {
    @Override
    public Set<Object> lanes() {
      return Set.of(new Site(of.uid(), Plugin.EMPTY_DIR, want.name()));
    }

    @Override
    public List<PodRef> concerned() {
      return List.of(of);
    }

    @Override
    public Optional<String> pod() {
      return Optional.of(of.uid());
    }
  }

  /** Mount the tmpfs of a volume that is filled from objects, and write what these say. */
  record Write(PodRef of, Site site, Payload payload) implements Step {
    @Override
    public Set<Object> lanes() {
      return Set.of(site);
    }

    @Override
    public List<PodRef> concerned() {
      return List.of(of);
    }

    @Override
    public Optional<String> pod() {
      return Optional.of(of.uid());
    }
  }

  /** Mount a volume that no driver serves at its place in the pod's folder. */
  record MountPlain(PodRef of, Want.Plain want) implements Step {
    @Override
    public Set<Object> lanes() {
      return Set.of(want.site(of.uid()));
    }

    @Override
    public List<PodRef> concerned() {
      return List.of(of);
    }

    @Override
    public Optional<String> pod() {
      return Optional.of(of.uid());
    }
  }

  /** Bind a part of a mounted volume to its place for one container. */
  record BindPart(PodRef of, SubSite site, Want volume, SubPath part) implements Step {
    @Override
    public Set<Object> lanes() {
      return Set.of(site);
    }

    @Override
    public List<PodRef> concerned() {
      return List.of(of);
    }

    @Override
    public Optional<String> pod() {
      return Optional.of(of.uid());
    }
  }

  /** Unmount a part of a volume and remove its place. */
  record UnbindPart(SubSite site) implements Step {
    @Override
    public Set<Object> lanes() {
      return Set.of(site);
    }

    @Override
    public Optional<String> pod() {
      return Optional.of(site.uid());
    }
  }

  /** Look whether a hostPath is of its type, and make it where the type says so. */
  record CheckHostPath(PodRef of, Want.HostPath want) implements Step {
    @Override
    public Set<Object> lanes() {
      return Set.of(at());
    }

    PodVolume at() {
      return new PodVolume(of.uid(), want.name());
    }

    @Override
    public List<PodRef> concerned() {
      return List.of(of);
    }

    @Override
    public Optional<String> pod() {
      return Optional.of(of.uid());
    }
  }

  /** NodeExpandVolume, and tell the claim. */
  record Expand(PodRef of, CsiMount mount, Want.Growth growth) implements Step {
    @Override
    public Set<Object> lanes() {
      return Set.of(mount.volume());
    }

    @Override
    public List<PodRef> concerned() {
      return List.of(of);
    }

    @Override
    public Optional<String> pod() {
      return Optional.of(of.uid());
    }
  }

  /** NodeUnstageVolume, and remove what we made for it. */
  record Unstage(Staged at) implements Step {
    @Override
    public Set<Object> lanes() {
      Set<Object> lanes = new HashSet<>(Set.of(at.place().lane()));
      at.volume().ifPresent(lanes::add);
      return lanes;
    }
  }

  /** Remove the folder of a pod that is gone and has nothing left in it. */
  record RemoveFolder(String uid) implements Step {
    @Override
    public Set<Object> lanes() {
      return Set.of(uid);
    }

    @Override
    public Optional<String> alone() {
      return Optional.of(uid);
    }
  }

  /** Take our finalizer from a pod that has nothing left here. */
  record Release(PodRef of) implements Step {
    @Override
    public Set<Object> lanes() {
      return Set.of(of);
    }

    @Override
    public Optional<String> alone() {
      return Optional.of(of.uid());
    }
  }

  /** Write into the pod's status how its volumes are. */
  record Tell(PodRef of, Desired.Said what) implements Step {
    @Override
    public Set<Object> lanes() {
      return Set.of(of);
    }
  }

  /** Tell the pod's users, once, why a volume will not be mounted. */
  record Complain(PodRef of, String volume, String why) implements Step {
    @Override
    public Set<Object> lanes() {
      return Set.of(List.of(of, volume));
    }
  }
}
