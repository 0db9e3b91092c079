package dev.berth.provisioner.guard;

import static java.util.Objects.requireNonNullElse;

import dev.berth.provisioner.cluster.Json;
import dev.berth.provisioner.object.Names;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ExpressionWarning;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MatchResources;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.NamedRuleWithOperations;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicy;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicyBinding;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicySpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whether the policy and its binding, as they are, protect claims of a driver. Pure. */
final class GuardDecision {
  private GuardDecision() {}

  /** The reason why they do not; empty if they do. */
  static Optional<String> problem(
      Optional<ValidatingAdmissionPolicy> policy,
      Optional<ValidatingAdmissionPolicyBinding> binding,
      String driver) {
    if (policy.isEmpty() || binding.isEmpty()) {
      return Optional.of(
          "there is no "
              + (policy.isEmpty()
                  ? "ValidatingAdmissionPolicy"
                  : "ValidatingAdmissionPolicyBinding")
              + " "
              + Names.BINDING_GUARD);
    }
    return ofPolicy(policy.get(), driver).or(() -> ofBinding(binding.get()));
  }

  private static Optional<String> ofPolicy(ValidatingAdmissionPolicy policy, String driver) {
    if (policy.getMetadata().getDeletionTimestamp() != null) {
      return Optional.of("the policy is being deleted");
    }
    var spec = policy.getSpec();
    if (spec == null || !"Fail".equals(requireNonNullElse(spec.getFailurePolicy(), "Fail"))) {
      return Optional.of("the policy's failurePolicy is not Fail");
    }
    if (!Json.text(policy).contains("'" + driver + "'")) {
      return Optional.of("the policy does not name the driver '" + driver + "'");
    }
    if (!coversAllClaims(spec)) {
      return Optional.of(
          "the policy does not look at every UPDATE of persistentvolumeclaims/status: it needs that"
              + " rule, without matchConditions, selectors or exclusions");
    }
    return accepted(policy)
        ? Optional.empty()
        : Optional.of("the API server has not accepted the policy: see its status");
  }

  private static boolean coversAllClaims(ValidatingAdmissionPolicySpec spec) {
    MatchResources match = spec.getMatchConstraints();
    return match != null
        && isEmpty(spec.getMatchConditions())
        && selectsAll(match.getNamespaceSelector())
        && selectsAll(match.getObjectSelector())
        && isEmpty(match.getExcludeResourceRules())
        && requireNonNullElse(match.getResourceRules(), List.<NamedRuleWithOperations>of()).stream()
            .anyMatch(GuardDecision::isOfClaimStatus);
  }

  private static boolean isOfClaimStatus(NamedRuleWithOperations rule) {
    return hasOneOf(rule.getApiGroups(), "", "*")
        && hasOneOf(rule.getApiVersions(), "v1", "*")
        && hasOneOf(rule.getOperations(), "UPDATE", "*")
        && hasOneOf(rule.getResources(), "persistentvolumeclaims/status", "*/*")
        && isEmpty(rule.getResourceNames())
        && !"Cluster".equals(rule.getScope());
  }

  private static boolean hasOneOf(List<String> values, String one, String other) {
    return values != null && (values.contains(one) || values.contains(other));
  }

  private static boolean isEmpty(List<?> values) {
    return values == null || values.isEmpty();
  }

  /** The API server writes an empty selector where there is none. */
  private static boolean selectsAll(LabelSelector selector) {
    return selector == null
        || (requireNonNullElse(selector.getMatchLabels(), Map.of()).isEmpty()
            && isEmpty(selector.getMatchExpressions()));
  }

  /** The API server compiles a new policy and writes down what it thinks of it. */
  private static boolean accepted(ValidatingAdmissionPolicy policy) {
    var status = policy.getStatus();
    Long generation = policy.getMetadata().getGeneration();
    if (status == null
        || generation == null
        || !generation.equals(status.getObservedGeneration())) {
      return false;
    }
    return status.getTypeChecking() == null
        || requireNonNullElse(
                status.getTypeChecking().getExpressionWarnings(), List.<ExpressionWarning>of())
            .isEmpty();
  }

  private static Optional<String> ofBinding(ValidatingAdmissionPolicyBinding binding) {
    if (binding.getMetadata().getDeletionTimestamp() != null) {
      return Optional.of("the binding is being deleted");
    }
    var spec = binding.getSpec();
    if (spec == null || !Names.BINDING_GUARD.equals(spec.getPolicyName())) {
      return Optional.of("the binding's policyName is not " + Names.BINDING_GUARD);
    }
    if (!requireNonNullElse(spec.getValidationActions(), List.<String>of()).contains("Deny")) {
      return Optional.of("the binding's validationActions lack Deny");
    }
    return spec.getMatchResources() != null || spec.getParamRef() != null
        ? Optional.of("the binding is limited by matchResources or paramRef")
        : Optional.empty();
  }
}
