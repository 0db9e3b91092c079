package dev.berth.provisioner.binding;

import static java.util.Objects.requireNonNullElse;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Selectors as LabelSelector of the API defines them: every part must hold. */
public final class Labels {
  private Labels() {}

  /** Whether the selector, if there is one, takes what has these labels; an empty one does. */
  public static boolean match(@Nullable LabelSelector selector, Map<String, String> labels) {
    if (selector == null) {
      return true;
    }
    Map<String, String> equal = requireNonNullElse(selector.getMatchLabels(), Map.of());
    List<LabelSelectorRequirement> wanted =
        requireNonNullElse(selector.getMatchExpressions(), List.of());
    return labels.entrySet().containsAll(equal.entrySet())
        && wanted.stream().allMatch(one -> holds(one, labels.get(one.getKey())));
  }

  private static boolean holds(LabelSelectorRequirement wanted, @Nullable String value) {
    List<String> values = requireNonNullElse(wanted.getValues(), List.of());
    return switch (wanted.getOperator()) {
      case "In" -> value != null && values.contains(value);
      case "NotIn" -> value == null || !values.contains(value);
      case "Exists" -> value != null;
      case "DoesNotExist" -> value == null;
      default -> false; // the API knows no fifth
    };
  }
}
