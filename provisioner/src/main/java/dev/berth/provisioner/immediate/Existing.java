package dev.berth.provisioner.immediate;

import static java.util.Objects.requireNonNullElse;

import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Volume;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import java.util.List;
import java.util.Map;

/** Whether kube-controller-manager would bind a claim to a volume that is there. Pure. */
final class Existing {
  private Existing() {}

  /** Reserved for the claim, or free and such that it would do; its size decides which is taken. */
  static boolean satisfies(Volume volume, Claim claim) {
    if (volume.deleting()) {
      return false;
    }
    boolean reserved = volume.claimKey().isPresent();
    return reserved ? volume.names(claim) : !claimed(volume) && wouldDo(volume, claim);
  }

  private static boolean claimed(Volume volume) {
    return volume.phase().equals("Released") || volume.phase().equals("Failed");
  }

  private static boolean wouldDo(Volume volume, Claim claim) {
    return volume.className().equals(claim.className().orElse(""))
        && volume.volumeMode().equals(claim.volumeMode())
        && volume.accessModes().containsAll(claim.accessModes())
        && !volume.capacity().isLessThan(claim.requested())
        && selects(claim.raw().getSpec().getSelector(), volume);
  }

  private static boolean selects(LabelSelector selector, Volume volume) {
    if (selector == null) {
      return true;
    }
    Map<String, String> labels =
        requireNonNullElse(volume.raw().getMetadata().getLabels(), Map.of());
    return labels
            .entrySet()
            .containsAll(
                requireNonNullElse(selector.getMatchLabels(), Map.<String, String>of()).entrySet())
        && requireNonNullElse(selector.getMatchExpressions(), List.<LabelSelectorRequirement>of())
            .stream()
            .allMatch(requirement -> holds(requirement, labels));
  }

  private static boolean holds(LabelSelectorRequirement wanted, Map<String, String> labels) {
    String value = labels.get(wanted.getKey());
    return switch (wanted.getOperator()) {
      case "In" -> value != null && wanted.getValues().contains(value);
      case "NotIn" -> value == null || !wanted.getValues().contains(value);
      case "Exists" -> value != null;
      case "DoesNotExist" -> value == null;
      default -> false; // the API knows no fifth
    };
  }
}
