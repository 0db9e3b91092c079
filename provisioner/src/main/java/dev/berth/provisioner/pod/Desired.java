package dev.berth.provisioner.pod;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The desired state of the world.
 *
 * @param pods the pods that want volumes here, oldest first
 * @param leaving pods that are deleted or have ended, and still carry our finalizer
 */
record Desired(List<Wanted> pods, List<Leaving> leaving) {
  Desired {
    pods = List.copyOf(pods);
    leaving = List.copyOf(leaving);
  }

  Set<String> uids() {
    return pods.stream().map(pod -> pod.ref().uid()).collect(Collectors.toSet());
  }

  /**
   * One pod.
   *
   * @param ref which
   * @param held whether it carries our finalizer, without which nothing is made for it
   * @param said what its status says now
   * @param volumes in the order of the pod
   * @param subPaths parts of them that containers see
   */
  record Wanted(PodRef ref, boolean held, Said said, List<Want> volumes, List<SubPath> subPaths) {
    Wanted {
      volumes = List.copyOf(volumes);
      subPaths = List.copyOf(subPaths);
    }

    Set<CsiVolume> csiVolumes() {
      return csi(volumes);
    }
  }

  /**
   * A pod that is deleted or has ended.
   *
   * @param volumes what must leave the node before it may go
   */
  record Leaving(PodRef ref, Set<CsiVolume> volumes) {
    Leaving {
      volumes = Set.copyOf(volumes);
    }
  }

  static Set<CsiVolume> csi(List<Want> wants) {
    return wants.stream()
        .<CsiVolume>mapMulti(
            (want, out) -> {
              if (want instanceof Want.Csi csi) {
                out.accept(csi.mount().volume());
              }
            })
        .collect(Collectors.toSet());
  }

  /**
   * What a pod's status says about its volumes.
   *
   * @param mounted whether all are mounted
   * @param message for people
   */
  record Said(boolean mounted, String message) {}
}
