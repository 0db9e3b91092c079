package dev.berth.provisioner.placement;

import static java.util.Objects.requireNonNullElse;

import dev.berth.provisioner.binding.Reference;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.EphemeralVolumes;
import dev.berth.provisioner.object.Names;
import dev.berth.provisioner.object.PodView;
import io.fabric8.kubernetes.api.model.NodeSpec;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What comes next for a pod. Pure: the same sight gives the same step. */
final class PlacementDecision {
  private static final String SCHEDULED = "PodScheduled";

  Step decide(Seen seen) {
    PodView pod = seen.pod();
    if (pod.deleting() || pod.ended()) {
      return new Step.Nothing();
    }
    if (pod.placed()) {
      boolean here = pod.node().equals(Optional.of(seen.node().getMetadata().getName()));
      return here && !isScheduled(pod)
          ? new Step.Confirm(with(seen, "True", null, null))
          : new Step.Nothing();
    }
    if (!wantsUs(pod.raw())) {
      return new Step.Nothing();
    }
    return problem(seen).map(why -> refuse(seen, why)).orElseGet(() -> place(seen));
  }

  private static boolean wantsUs(Pod pod) {
    String scheduler = requireNonNullElse(pod.getSpec().getSchedulerName(), "");
    return (scheduler.isEmpty() || scheduler.equals("default-scheduler"))
        && requireNonNullElse(pod.getSpec().getSchedulingGates(), List.of()).isEmpty();
  }

  /** Why the node will not do, in kube-scheduler's order and words. */
  private static Optional<String> problem(Seen seen) {
    NodeMatch node = new NodeMatch(seen.node());
    return Stream.concat(
            seen.claims().stream().flatMap(use -> claimProblem(seen, use).stream()),
            Stream.concat(
                nodeProblem(seen, node).stream(), volumeProblem(seen.claims(), node).stream()))
        .findFirst();
  }

  private static Optional<String> claimProblem(Seen seen, Seen.Use use) {
    String quoted = "persistentvolumeclaim \"" + use.key().name() + "\"";
    if (use.claim().isEmpty()) {
      return Optional.of(missing(seen, use.key().name()));
    }
    Optional<String> conflict = ephemeralConflict(seen, use);
    if (conflict.isPresent()) {
      return conflict;
    }
    Claim claim = use.claim().get();
    if (claim.phase().equals("Lost")) {
      return Optional.of(
          quoted
              + " bound to non-existent persistentvolume \""
              + claim.volumeName().orElse("")
              + "\"");
    }
    if (claim.deleting()) {
      return Optional.of(quoted + " is being deleted");
    }
    if (!use.bound() && !use.waitsForConsumer()) {
      return Optional.of("pod has unbound immediate PersistentVolumeClaims");
    }
    return claim.accessModes().contains("ReadWriteOncePod") && use.taken()
        ? Optional.of(
            "node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod"
                + " access mode")
        : Optional.empty();
  }

  /** The claim of a generic ephemeral volume is made by a controller, in a moment. */
  private static String missing(Seen seen, String claim) {
    return EphemeralVolumes.volumeOf(seen.pod().raw(), claim).isPresent()
        ? "waiting for ephemeral volume controller to create the persistentvolumeclaim \""
            + claim
            + "\""
        : "persistentvolumeclaim \"" + claim + "\" not found";
  }

  private static Optional<String> ephemeralConflict(Seen seen, Seen.Use use) {
    Pod pod = seen.pod().raw();
    return EphemeralVolumes.volumeOf(pod, use.key().name())
        .flatMap(_ -> EphemeralVolumes.conflict(pod, use.claim().orElseThrow().raw()));
  }

  private static Optional<String> nodeProblem(Seen seen, NodeMatch node) {
    NodeSpec spec = seen.node().getSpec();
    if (spec != null && Boolean.TRUE.equals(spec.getUnschedulable())) {
      return Optional.of("1 node(s) were unschedulable");
    }
    return node.allows(seen.pod().raw())
        ? Optional.empty()
        : Optional.of("1 node(s) didn't match Pod's node affinity/selector");
  }

  private static Optional<String> volumeProblem(List<Seen.Use> uses, NodeMatch node) {
    boolean conflict =
        uses.stream()
            .filter(Seen.Use::bound)
            .anyMatch(use -> use.volume().filter(volume -> !node.allows(volume)).isPresent());
    if (conflict) {
      return Optional.of("1 node(s) had volume node affinity conflict");
    }
    return StaticPlan.of(uses, node).missing()
        ? Optional.of("1 node(s) didn't find available persistent volumes to bind")
        : Optional.empty();
  }

  private static Step refuse(Seen seen, String why) {
    String message = "0/1 nodes are available: " + why + ".";
    boolean said = condition(seen.pod()).filter(c -> message.equals(c.getMessage())).isPresent();
    return said
        ? new Step.Nothing()
        : new Step.Refuse(with(seen, "False", "Unschedulable", message), message);
  }

  private static Step place(Seen seen) {
    String node = seen.node().getMetadata().getName();
    StaticPlan plan = StaticPlan.of(seen.claims(), new NodeMatch(seen.node()));
    for (StaticPlan.Chosen chosen : plan.chosen()) {
      if (!chosen.volume().isOf(chosen.claim())) {
        return new Step.Reserve(Reference.on(chosen.volume(), chosen.claim()));
      }
    }
    for (Claim claim : plan.made()) {
      if (!claim.selectedNode().equals(Optional.of(node))) {
        return new Step.SelectNode(
            new PersistentVolumeClaimBuilder(claim.raw())
                .editMetadata()
                .addToAnnotations(Names.SELECTED_NODE, node)
                .endMetadata()
                .build());
      }
    }
    if (!plan.chosen().isEmpty() || !plan.made().isEmpty()) {
      return new Step.Nothing(); // the claims' controller binds them, and the claims call us back
    }
    return new Step.Place(
        new PodBuilder(seen.pod().raw()).editSpec().withNodeName(node).endSpec().build());
  }

  private static boolean isScheduled(PodView pod) {
    return condition(pod).filter(c -> "True".equals(c.getStatus())).isPresent();
  }

  private static Optional<PodCondition> condition(PodView pod) {
    return conditions(pod.raw()).filter(c -> SCHEDULED.equals(c.getType())).findFirst();
  }

  private static Stream<PodCondition> conditions(Pod pod) {
    return pod.getStatus() == null
        ? Stream.empty()
        : requireNonNullElse(pod.getStatus().getConditions(), List.<PodCondition>of()).stream();
  }

  private static Pod with(
      Seen seen, String status, @Nullable String reason, @Nullable String message) {
    Pod pod = seen.pod().raw();
    return new PodBuilder(pod)
        .editOrNewStatus()
        .withConditions(conditions(pod).filter(c -> !SCHEDULED.equals(c.getType())).toList())
        .addToConditions(
            new PodConditionBuilder()
                .withType(SCHEDULED)
                .withStatus(status)
                .withReason(reason)
                .withMessage(message)
                .withLastTransitionTime(seen.now().truncatedTo(ChronoUnit.SECONDS).toString())
                .build())
        .endStatus()
        .build();
  }
}
