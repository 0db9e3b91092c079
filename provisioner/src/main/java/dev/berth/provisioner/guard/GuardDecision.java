package dev.berth.provisioner.guard;

import static java.util.Objects.requireNonNullElse;

import dev.berth.provisioner.cluster.Json;
import dev.berth.provisioner.object.Names;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ExpressionWarning;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicy;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicyBinding;
import java.util.List;
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
    return accepted(policy)
        ? Optional.empty()
        : Optional.of("the API server has not accepted the policy: see its status");
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
