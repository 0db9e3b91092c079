package dev.berth.provisioner.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.provisioner.object.Names;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicyBindingBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicyBuilder;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class GuardDecisionTest {
  private static final String DRIVER = "local.berth.dev";

  private static ValidatingAdmissionPolicyBuilder policy() {
    return new ValidatingAdmissionPolicyBuilder()
        .withNewMetadata()
        .withName(Names.BINDING_GUARD)
        .withGeneration(3L)
        .endMetadata()
        .withNewSpec()
        .withFailurePolicy("Fail")
        .withNewMatchConstraints()
        .withNewNamespaceSelector()
        .endNamespaceSelector()
        .addNewResourceRule()
        .withApiGroups("")
        .withApiVersions("v1")
        .withOperations("UPDATE")
        .withResources("persistentvolumeclaims/status")
        .withScope("*")
        .endResourceRule()
        .endMatchConstraints()
        .addNewVariable()
        .withName("drivers")
        .withExpression("['local.berth.dev']")
        .endVariable()
        .endSpec()
        .withNewStatus()
        .withObservedGeneration(3L)
        .withNewTypeChecking()
        .endTypeChecking()
        .endStatus();
  }

  private static ValidatingAdmissionPolicyBindingBuilder binding() {
    return new ValidatingAdmissionPolicyBindingBuilder()
        .withNewMetadata()
        .withName(Names.BINDING_GUARD)
        .endMetadata()
        .withNewSpec()
        .withPolicyName(Names.BINDING_GUARD)
        .withValidationActions("Deny", "Audit")
        .endSpec();
  }

  private static Optional<String> problem(
      ValidatingAdmissionPolicyBuilder policy, ValidatingAdmissionPolicyBindingBuilder binding) {
    return GuardDecision.problem(Optional.of(policy.build()), Optional.of(binding.build()), DRIVER);
  }

  @Test
  void an_accepted_policy_that_is_bound_with_deny_is_in_force() {
    assertThat(problem(policy(), binding())).isEmpty();
  }

  @Test
  void both_halves_are_needed() {
    assertThat(GuardDecision.problem(Optional.empty(), Optional.of(binding().build()), DRIVER))
        .contains("there is no ValidatingAdmissionPolicy berth-binding-guard");
    assertThat(GuardDecision.problem(Optional.of(policy().build()), Optional.empty(), DRIVER))
        .contains("there is no ValidatingAdmissionPolicyBinding berth-binding-guard");
  }

  @Test
  void a_policy_must_fail_closed_and_name_the_driver() {
    assertThat(problem(policy().editSpec().withFailurePolicy("Ignore").endSpec(), binding()))
        .contains("the policy's failurePolicy is not Fail");
    assertThat(
            GuardDecision.problem(
                Optional.of(policy().build()), Optional.of(binding().build()), "shared.berth.dev"))
        .contains("the policy does not name the driver 'shared.berth.dev'");
  }

  @Test
  void a_policy_must_look_at_every_update_of_the_status_of_every_claim() {
    for (var narrowed :
        List.of(
            policy().editSpec().withMatchConstraints(null).endSpec(),
            policy()
                .editSpec()
                .addNewMatchCondition("object.metadata.name != 'mine'", "not-mine")
                .endSpec(),
            policy()
                .editSpec()
                .editMatchConstraints()
                .withNewNamespaceSelector()
                .addToMatchLabels("guarded", "yes")
                .endNamespaceSelector()
                .endMatchConstraints()
                .endSpec(),
            policy()
                .editSpec()
                .editMatchConstraints()
                .withNewObjectSelector()
                .addNewMatchExpression()
                .withKey("a")
                .withOperator("Exists")
                .endMatchExpression()
                .endObjectSelector()
                .endMatchConstraints()
                .endSpec(),
            policy()
                .editSpec()
                .editMatchConstraints()
                .editResourceRule(0)
                .withResources("persistentvolumeclaims")
                .endResourceRule()
                .endMatchConstraints()
                .endSpec(),
            policy()
                .editSpec()
                .editMatchConstraints()
                .editResourceRule(0)
                .withResourceNames("data")
                .endResourceRule()
                .endMatchConstraints()
                .endSpec(),
            policy()
                .editSpec()
                .editMatchConstraints()
                .editResourceRule(0)
                .withOperations("CREATE")
                .endResourceRule()
                .endMatchConstraints()
                .endSpec())) {
      assertThat(problem(narrowed, binding()))
          .contains(
              "the policy does not look at every UPDATE of persistentvolumeclaims/status: it needs"
                  + " that rule, without matchConditions, selectors or exclusions");
    }
  }

  @Test
  void a_policy_must_be_accepted_as_it_is_now() {
    String unaccepted = "the API server has not accepted the policy: see its status";
    assertThat(problem(policy().withStatus(null), binding())).contains(unaccepted);
    assertThat(problem(policy().editMetadata().withGeneration(4L).endMetadata(), binding()))
        .contains(unaccepted);
    assertThat(
            problem(
                policy()
                    .editStatus()
                    .editTypeChecking()
                    .addNewExpressionWarning("spec.validations[0].expression", "undeclared")
                    .endTypeChecking()
                    .endStatus(),
                binding()))
        .contains(unaccepted);
  }

  @Test
  void what_is_being_deleted_protects_nobody() {
    String now = "2026-01-02T03:04:05Z";
    assertThat(problem(policy().editMetadata().withDeletionTimestamp(now).endMetadata(), binding()))
        .contains("the policy is being deleted");
    assertThat(problem(policy(), binding().editMetadata().withDeletionTimestamp(now).endMetadata()))
        .contains("the binding is being deleted");
  }

  @Test
  void a_binding_must_be_of_the_policy_deny_and_mean_all() {
    assertThat(problem(policy(), binding().editSpec().withPolicyName("other").endSpec()))
        .contains("the binding's policyName is not berth-binding-guard");
    assertThat(problem(policy(), binding().editSpec().withValidationActions("Warn").endSpec()))
        .contains("the binding's validationActions lack Deny");
    assertThat(
            problem(
                policy(),
                binding().editSpec().withNewMatchResources().endMatchResources().endSpec()))
        .contains("the binding is limited by matchResources or paramRef");
  }
}
