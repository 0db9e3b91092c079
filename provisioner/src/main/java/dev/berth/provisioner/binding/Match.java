package dev.berth.provisioner.binding;

import static java.util.Objects.requireNonNullElse;

import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Volume;
import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Which of the volumes that are there a claim gets. Pure. */
public final class Match {
  private static final Comparator<Volume> SMALLEST =
      Comparator.comparing(Volume::capacity).thenComparing(Volume::name);

  private Match() {}

  /**
   * The volume that kube-controller-manager would bind the claim to. What already names the claim
   * with its uid is being bound to it. Else those with the fewest access modes come first, as a
   * volume that can do more may be needed by another claim; among these one that is reserved for
   * the claim, then the smallest. (Among equals kube-controller-manager takes any.)
   *
   * @param onlyReserved whether volumes that nobody has reserved for the claim are not for it: it
   *     waits for its consumer, or a volume is being made for it
   */
  public static Optional<Volume> best(
      Claim claim, Collection<Volume> candidates, boolean onlyReserved) {
    Comparator<Volume> order =
        Comparator.comparing((Volume volume) -> !volume.isOf(claim))
            .thenComparingInt(volume -> Set.copyOf(volume.accessModes()).size())
            .thenComparing(volume -> !volume.names(claim))
            .thenComparing(SMALLEST);
    return candidates.stream().filter(volume -> mayHave(claim, volume, onlyReserved)).min(order);
  }

  /**
   * The volume that kube-scheduler would take for a claim whose pod is to be on a node: one that is
   * reserved for it, and if there is none, the smallest free one that the node reaches.
   *
   * @param reachable whether the node satisfies a volume's node affinity
   * @param taken names of volumes that other claims of the pod get
   */
  public static Optional<Volume> onNode(
      Claim claim, Collection<Volume> candidates, Predicate<Volume> reachable, Set<String> taken) {
    Optional<Volume> reserved = best(claim, candidates, true);
    return reserved.isPresent()
        ? reserved.filter(reachable)
        : candidates.stream()
            .filter(volume -> isFree(volume) && wouldDo(volume, claim))
            .filter(volume -> !taken.contains(volume.name()) && reachable.test(volume))
            .min(SMALLEST);
  }

  private static boolean mayHave(Claim claim, Volume volume, boolean onlyReserved) {
    return volume.names(claim)
        ? holds(volume, claim)
        : !onlyReserved && isFree(volume) && wouldDo(volume, claim);
  }

  /** Whether a volume is there for anyone. */
  public static boolean isFree(Volume volume) {
    return volume.claimRef().isEmpty() && !volume.deleting() && volume.phase().equals("Available");
  }

  /** Whether a free volume is one that the claim looks for: also its class and its labels. */
  public static boolean wouldDo(Volume volume, Claim claim) {
    return problem(volume, claim).isEmpty()
        && Labels.match(
            claim.raw().getSpec().getSelector(),
            requireNonNullElse(volume.raw().getMetadata().getLabels(), Map.of()));
  }

  /** Whether a volume that is reserved for the claim can be what it asks for. */
  public static boolean holds(Volume volume, Claim claim) {
    return !volume.deleting()
        && !volume.capacity().isLessThan(claim.requested())
        && sameAttributes(volume, claim)
        && volume.volumeMode().equals(claim.volumeMode())
        && volume.accessModes().containsAll(claim.accessModes());
  }

  /**
   * Why a volume that the claim names is not for it, in kube-controller-manager's words and order;
   * empty if it is. The claim's selector is not asked: whoever names a volume has selected it.
   */
  public static Optional<String> problem(Volume volume, Claim claim) {
    if (volume.deleting()) {
      return Optional.of("the volume is marked for deletion \"" + volume.name() + "\"");
    }
    if (volume.capacity().isLessThan(claim.requested())) {
      return Optional.of("requested PV is too small");
    }
    if (!volume.className().equals(claim.className().orElse(""))) {
      return Optional.of("storageClassName does not match");
    }
    if (!sameAttributes(volume, claim)) {
      return Optional.of("volumeAttributesClassName does not match");
    }
    if (!volume.volumeMode().equals(claim.volumeMode())) {
      return Optional.of("incompatible volumeMode");
    }
    return volume.accessModes().containsAll(claim.accessModes())
        ? Optional.empty()
        : Optional.of("incompatible accessMode");
  }

  private static boolean sameAttributes(Volume volume, Claim claim) {
    return requireNonNullElse(volume.raw().getSpec().getVolumeAttributesClassName(), "")
        .equals(requireNonNullElse(claim.raw().getSpec().getVolumeAttributesClassName(), ""));
  }
}
