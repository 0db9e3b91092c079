package dev.berth.provisioner.pod;

import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.queue.Outcome;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the volume manager writes into a pod: its finalizer and how the volumes are. */
final class PodWriter {
  /** Keeps a deleted pod visible until nothing of it is mounted any more. */
  static final String FINALIZER = "berth.dev/mounted-volumes";

  /** {@code status.reason} of a pod whose volumes are all mounted. */
  static final String MOUNTED = "VolumesMounted";

  /** {@code status.reason} before that, a kubelet's word. */
  static final String CREATING = "ContainerCreating";

  private static final String CONDITION = "berth.dev/VolumesMounted";

  private final Cluster cluster;
  private final InstantSource clock;

  PodWriter(Cluster cluster, InstantSource clock) {
    this.cluster = cluster;
    this.clock = clock;
  }

  Outcome hold(PodRef ref) {
    find(ref)
        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
        .filter(pod -> !pod.getMetadata().getFinalizers().contains(FINALIZER))
        .ifPresent(
            pod ->
                cluster.replace(
                    new PodBuilder(pod)
                        .editMetadata()
                        .addToFinalizers(FINALIZER)
                        .endMetadata()
                        .build()));
    return Outcome.done();
  }

  Outcome release(PodRef ref) {
    find(ref)
        .filter(pod -> pod.getMetadata().getFinalizers().contains(FINALIZER))
        .ifPresent(
            pod ->
                cluster.replace(
                    new PodBuilder(pod)
                        .editMetadata()
                        .removeFromFinalizers(FINALIZER)
                        .endMetadata()
                        .build()));
    return Outcome.done();
  }

  Outcome tell(PodRef ref, Desired.Said what) {
    find(ref)
        .ifPresent(
            pod ->
                cluster.replaceStatus(
                    new PodBuilder(pod)
                        .editOrNewStatus()
                        .withPhase("Pending")
                        .withReason(what.mounted() ? MOUNTED : CREATING)
                        .withMessage(what.message())
                        .withConditions(conditions(pod, what))
                        .endStatus()
                        .build()));
    return Outcome.done();
  }

  private Optional<Pod> find(PodRef ref) {
    return cluster
        .getLive(Kind.POD, ref.key())
        .filter(pod -> pod.getMetadata().getUid().equals(ref.uid()));
  }

  /** All conditions of others, and ours, whose time moves only with its status. */
  private List<PodCondition> conditions(Pod pod, Desired.Said what) {
    List<PodCondition> conditions = new ArrayList<>();
    if (pod.getStatus() != null) {
      conditions.addAll(pod.getStatus().getConditions());
    }
    String status = what.mounted() ? "True" : "False";
    String since =
        conditions.stream()
            .filter(c -> CONDITION.equals(c.getType()) && status.equals(c.getStatus()))
            .map(PodCondition::getLastTransitionTime)
            .findFirst()
            .orElseGet(() -> clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
    conditions.removeIf(c -> CONDITION.equals(c.getType()));
    conditions.add(
        new PodConditionBuilder()
            .withType(CONDITION)
            .withStatus(status)
            .withReason(what.mounted() ? MOUNTED : CREATING)
            .withMessage(what.message())
            .withLastTransitionTime(since)
            .build());
    return conditions;
  }
}
