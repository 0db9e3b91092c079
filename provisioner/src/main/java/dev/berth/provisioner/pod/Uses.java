package dev.berth.provisioner.pod;

import java.util.HashSet;
import java.util.Set;

/** The CSI volumes that this node uses: what a pod wants, and what may still be mounted. */
final class Uses {
  private Uses() {}

  static Set<CsiVolume> of(Desired desired, Actual actual) {
    Set<CsiVolume> used = new HashSet<>();
    for (Desired.Wanted pod : desired.pods()) {
      used.addAll(pod.csiVolumes());
      for (Want want : pod.volumes()) {
        if (want instanceof Want.Attaching attaching) {
          used.add(attaching.volume());
        }
      }
    }
    actual.published().forEach(at -> at.volume().ifPresent(used::add));
    actual.staged().forEach(at -> at.volume().ifPresent(used::add));
    return used;
  }
}
