package dev.berth.provisioner.placement;

import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Klass;
import dev.berth.provisioner.object.PodView;
import dev.berth.provisioner.object.Volume;
import io.fabric8.kubernetes.api.model.Node;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Everything that was read about a pod.
 *
 * @param claims what its volumes are of, in their order
 * @param node the machine
 * @param now the time that conditions are stamped with
 */
record Seen(PodView pod, List<Use> claims, Node node, Instant now) {
  /**
   * A claim that the pod uses.
   *
   * @param volume the PV that the claim names
   * @param klass the class of the claim
   * @param candidates volumes of the class that nobody has claimed, and those that name the claim
   * @param taken whether another pod that has a node and has not ended uses it
   */
  record Use(
      Key key,
      Optional<Claim> claim,
      Optional<Volume> volume,
      Optional<Klass> klass,
      List<Volume> candidates,
      boolean taken) {
    Use {
      candidates = List.copyOf(candidates);
    }

    /** Whether claim and PV name each other. */
    boolean bound() {
      return claim.filter(c -> c.bindCompleted() && c.phase().equals("Bound")).isPresent();
    }

    /** Whether its volume is made or chosen only once its node is known; not if it names one. */
    boolean waitsForConsumer() {
      return klass.filter(Klass::waitsForConsumer).isPresent()
          && claim.flatMap(Claim::volumeName).isEmpty();
    }
  }
}
