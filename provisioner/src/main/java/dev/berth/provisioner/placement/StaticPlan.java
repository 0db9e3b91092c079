package dev.berth.provisioner.placement;

import dev.berth.provisioner.binding.Match;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Names;
import dev.berth.provisioner.object.Volume;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which existing volumes the waiting claims of a pod get on the node, as kube-scheduler finds them:
 * the smallest claim chooses first, and no two claims get the same volume. Pure.
 *
 * @param chosen claims that get an existing volume
 * @param made claims whose volumes are to be made
 * @param missing whether a claim can have neither
 */
record StaticPlan(List<Chosen> chosen, List<Claim> made, boolean missing) {
  /** A claim and the volume that it gets. */
  record Chosen(Claim claim, Volume volume) {}

  StaticPlan {
    chosen = List.copyOf(chosen);
    made = List.copyOf(made);
  }

  static StaticPlan of(List<Seen.Use> uses, NodeMatch node) {
    List<Seen.Use> waiting =
        uses.stream()
            .filter(use -> !use.bound() && use.claim().isPresent())
            .sorted(Comparator.comparing(use -> use.claim().orElseThrow().requested()))
            .toList();
    List<Chosen> chosen = new ArrayList<>();
    List<Claim> made = new ArrayList<>();
    Set<String> taken = new HashSet<>();
    boolean missing = false;
    for (Seen.Use use : waiting) {
      Claim claim = use.claim().orElseThrow();
      Optional<Volume> found = find(use, claim, node, taken);
      if (found.isPresent()) {
        taken.add(found.get().name());
        chosen.add(new Chosen(claim, found.get()));
      } else if (canBeMade(use)) {
        made.add(claim);
      } else {
        missing = true;
      }
    }
    return new StaticPlan(chosen, made, missing);
  }

  /** A claim with a node is being provisioned there already. */
  private static Optional<Volume> find(
      Seen.Use use, Claim claim, NodeMatch node, Set<String> taken) {
    return claim.selectedNode().isPresent() && canBeMade(use)
        ? Optional.empty()
        : Match.onNode(claim, use.candidates(), node::allows, taken);
  }

  private static boolean canBeMade(Seen.Use use) {
    return use.klass().filter(k -> !k.provisioner().equals(Names.NO_PROVISIONER)).isPresent();
  }
}
