package dev.berth.provisioner.admission;

import static java.util.Objects.requireNonNullElse;

import dev.berth.provisioner.cluster.FieldError;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.VolumeNodeAffinity;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The rules of selectors: of volumes by their labels, and of nodes by theirs. */
final class SelectorRules {
  private static final Set<String> WITH_VALUES = Set.of("In", "NotIn");
  private static final Set<String> WITHOUT_VALUES = Set.of("Exists", "DoesNotExist");
  private static final Set<String> WITH_ONE_VALUE = Set.of("Gt", "Lt");

  /** One expression, whoever's. */
  private record Expression(
      String field, @Nullable String key, @Nullable String operator, List<String> values) {}

  private SelectorRules() {}

  static void check(Faults faults, String field, LabelSelector selector) {
    Map<String, String> labels = requireNonNullElse(selector.getMatchLabels(), Map.of());
    labels.forEach(
        (key, value) -> {
          Names.qualified(faults, field + ".matchLabels", key);
          Names.labelValue(faults, field + ".matchLabels", requireNonNullElse(value, ""));
        });
    List<LabelSelectorRequirement> all =
        requireNonNullElse(selector.getMatchExpressions(), List.of());
    for (int i = 0; i < all.size(); i++) {
      LabelSelectorRequirement one = all.get(i);
      List<String> values = requireNonNullElse(one.getValues(), List.of());
      String at = field + ".matchExpressions[" + i + "]";
      check(faults, new Expression(at, one.getKey(), one.getOperator(), values), Set.of());
      values.forEach(value -> Names.labelValue(faults, at + ".values", value));
    }
  }

  static void check(Faults faults, String field, VolumeNodeAffinity affinity) {
    if (!faults.has(
        field + ".required", affinity.getRequired(), "must specify required node constraints")) {
      return;
    }
    String terms = field + ".required.nodeSelectorTerms";
    List<NodeSelectorTerm> all =
        requireNonNullElse(affinity.getRequired().getNodeSelectorTerms(), List.of());
    faults.has(terms, all, "must have at least one node selector term");
    for (int i = 0; i < all.size(); i++) {
      List<NodeSelectorRequirement> expressions =
          requireNonNullElse(all.get(i).getMatchExpressions(), List.of());
      for (int j = 0; j < expressions.size(); j++) {
        NodeSelectorRequirement one = expressions.get(j);
        String at = terms + "[" + i + "].matchExpressions[" + j + "]";
        List<String> values = requireNonNullElse(one.getValues(), List.of());
        check(faults, new Expression(at, one.getKey(), one.getOperator(), values), WITH_ONE_VALUE);
      }
    }
  }

  private static void check(Faults faults, Expression one, Set<String> withOneValue) {
    String operator = requireNonNullElse(one.operator(), "");
    if (faults.has(one.field() + ".key", one.key())) {
      Names.qualified(faults, one.field() + ".key", requireNonNullElse(one.key(), ""));
    }
    if (WITH_VALUES.contains(operator)) {
      faults.has(
          one.field() + ".values",
          one.values(),
          "must be specified when `operator` is 'In' or 'NotIn'");
    } else if (WITHOUT_VALUES.contains(operator)) {
      if (!one.values().isEmpty()) {
        faults.forbid(
            one.field() + ".values",
            "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
      }
    } else if (withOneValue.contains(operator)) {
      if (one.values().size() != 1) {
        faults.has(
            one.field() + ".values",
            null,
            "must be specified single value when `operator` is 'Lt' or 'Gt'");
      }
    } else {
      Set<String> known = new TreeSet<>(withOneValue);
      known.addAll(WITH_VALUES);
      known.addAll(WITHOUT_VALUES);
      faults.add(FieldError.unsupported(one.field() + ".operator", operator, known));
    }
  }
}
