package dev.berth.provisioner.attachment;

import dev.berth.provisioner.attachment.Seen.Site;
import dev.berth.provisioner.object.NodeView;
import dev.berth.provisioner.object.PodView;
import dev.berth.provisioner.object.Volume;
import io.fabric8.kubernetes.api.model.CSIPersistentVolumeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What comes next for a volume, on each node that has to do with it. Pure: the same sight gives the
 * same steps.
 *
 * <p>A volume is detached from a node when no pod there may still run, and the node says that it
 * does not use the volume. What the node says is believed even when it is silent, until it has been
 * silent for the time after which it is taken for dead, or a person says that it is.
 */
final class AttachDecision {
  private static final List<String> MANY_NODES = List.of("ReadWriteMany", "ReadOnlyMany");

  private final Optional<Duration> forceAfter;

  /** Detaches by force from a node that has not been ready for this long; never if empty. */
  AttachDecision(Optional<Duration> forceAfter) {
    this.forceAfter = forceAfter;
  }

  List<Step> decide(Seen seen) {
    List<Step> steps = new ArrayList<>();
    for (Site site : seen.sites()) {
      if (site.attachment().isPresent()) {
        present(seen, site, site.attachment().get(), steps);
      } else {
        staleReport(seen, site).ifPresent(steps::add);
      }
    }
    if (seen.required()) {
      seen.volume().ifPresent(volume -> attach(seen, volume, steps));
    }
    return List.copyOf(steps);
  }

  /**
   * The VolumeAttachment went without us: the kubelet must not believe that the volume is there.
   */
  private static Optional<Step> staleReport(Seen seen, Site site) {
    Optional<String> unique =
        seen.volume().flatMap(Volume::csi).map(csi -> AttachmentName.unique(csi));
    return site.node()
        .filter(node -> unique.filter(node.volumesAttached()::contains).isPresent())
        .map(node -> new Step.ReportDetached(node, unique.orElseThrow()));
  }

  private void present(Seen seen, Site site, Attachment attachment, List<Step> steps) {
    Optional<Step> withdraw =
        named(site, NodeView::volumesAttached)
            .map(unique -> new Step.ReportDetached(site.node().orElseThrow(), unique));
    if (attachment.deleting()) {
      withdraw.ifPresent(steps::add);
      return;
    }
    if (!site.holding().isEmpty()) {
      if (attachment.unwantedSince().isPresent()) {
        steps.add(new Step.StopTimer(attachment));
      }
      steps.addAll(needed(seen, site, attachment));
      return;
    }
    switch (leave(site, attachment, seen.now())) {
      case Leave.Now(Step.Why why) ->
          steps.add(withdraw.orElseGet(() -> new Step.Detach(attachment, why)));
      case Leave.Later(Step step) -> steps.add(step);
      case Leave.WhenTold() -> {} // the node says when
    }
  }

  private static List<Step> needed(Seen seen, Site site, Attachment attachment) {
    Optional<CSIPersistentVolumeSource> csi = seen.volume().flatMap(Volume::csi);
    if (attachment.attached()) {
      return site
          .node()
          .filter(node -> csi.isPresent())
          .filter(
              node -> !node.volumesAttached().contains(AttachmentName.unique(csi.orElseThrow())))
          .<Step>map(
              node ->
                  new Step.ReportAttached(
                      node, AttachmentName.unique(csi.orElseThrow()), site.wanting()))
          .stream()
          .toList();
    }
    return attachment
        .attachError()
        .map(why -> complain(site, failed(attachment.volume().orElse(""), why)))
        .orElseGet(List::of);
  }

  /** Whether a volume that no pod needs on a node may leave it. */
  private sealed interface Leave {
    record Now(Step.Why why) implements Leave {}

    record Later(Step step) implements Leave {}

    record WhenTold() implements Leave {}
  }

  private Leave leave(Site site, Attachment attachment, Instant now) {
    if (site.node().isEmpty() || named(site, NodeView::volumesInUse).isEmpty()) {
      return new Leave.Now(Step.Why.UNUSED);
    }
    NodeView node = site.node().get();
    if (node.outOfService()) {
      return new Leave.Now(Step.Why.OUT_OF_SERVICE);
    }
    Optional<Instant> since = attachment.unwantedSince();
    if (node.ready()) {
      return since.isPresent()
          ? new Leave.Later(new Step.StopTimer(attachment))
          : new Leave.WhenTold();
    }
    if (forceAfter.isEmpty()) {
      return new Leave.WhenTold();
    }
    if (since.isEmpty()) {
      return new Leave.Later(new Step.StartTimer(attachment, now));
    }
    Instant end = since.get().plus(forceAfter.get());
    return now.isBefore(end)
        ? new Leave.Later(new Step.Wait(Duration.between(now, end)))
        : new Leave.Now(Step.Why.TIMEOUT);
  }

  /** The volume of the site's attachment, if this list of its node has it. */
  private static Optional<String> named(
      Site site, java.util.function.Function<NodeView, List<String>> list) {
    return site.node().stream()
        .flatMap(node -> list.apply(node).stream())
        .filter(unique -> AttachmentName.isOf(unique, site.attachment().orElseThrow()))
        .findFirst();
  }

  /** The pods that have waited longest are served first, on one node unless many are allowed. */
  private static void attach(Seen seen, Volume volume, List<Step> steps) {
    List<Site> waiting =
        seen.sites().stream()
            .filter(site -> site.attachment().isEmpty() && site.node().isPresent())
            .filter(site -> !site.wanting().isEmpty())
            .sorted(Comparator.comparing(AttachDecision::waitingSince))
            .toList();
    CSIPersistentVolumeSource csi = volume.csi().orElseThrow();
    List<Site> having = new ArrayList<>(having(seen));
    for (Site site : waiting) {
      if (volume.deleting()) {
        steps.addAll(
            complain(
                site,
                failed(
                    volume.name(),
                    "PersistentVolume \"" + volume.name() + "\" is marked for deletion")));
      } else if (having.isEmpty() || manyNodes(volume)) {
        steps.add(new Step.Attach(site.name(), csi.getDriver(), csi.getVolumeHandle()));
        having.add(site);
      } else {
        steps.addAll(refuse(volume, site, having));
      }
    }
  }

  private static List<Site> having(Seen seen) {
    return seen.sites().stream().filter(site -> site.attachment().isPresent()).toList();
  }

  private static String waitingSince(Site site) {
    return site.wanting().stream()
        .map(pod -> pod.raw().getMetadata().getCreationTimestamp() + " " + pod.key())
        .min(Comparator.naturalOrder())
        .orElseThrow();
  }

  /** A volume that says nothing about its access may be on many nodes: its driver will say. */
  private static boolean manyNodes(Volume volume) {
    return volume.accessModes().isEmpty()
        || volume.accessModes().stream().anyMatch(MANY_NODES::contains);
  }

  /** In kube-controller-manager's words; nobody is told names of other namespaces. */
  private static List<Step> refuse(Volume volume, Site site, List<Site> having) {
    List<PodView> others = having.stream().flatMap(other -> other.holding().stream()).toList();
    return site.wanting().stream()
        .<Step>map(
            pod ->
                new Step.Complain(
                    pod,
                    "Multi-Attach error for volume \"%s\" %s"
                        .formatted(volume.name(), who(pod, others))))
        .toList();
  }

  private static String who(PodView pod, List<PodView> others) {
    if (others.isEmpty()) {
      return "Volume is already exclusively attached to one node and can't be attached to another";
    }
    List<String> near =
        others.stream()
            .filter(other -> other.key().namespace().equals(pod.key().namespace()))
            .map(other -> other.key().name())
            .sorted()
            .toList();
    long far = others.size() - (long) near.size();
    if (near.isEmpty()) {
      return "Volume is already used by " + far + " pod(s) in different namespaces";
    }
    return "Volume is already used by pod(s) "
        + String.join(", ", near)
        + (far > 0 ? " and " + far + " pod(s) in different namespaces" : "");
  }

  private static String failed(String volume, String why) {
    return "AttachVolume.Attach failed for volume \"" + volume + "\" : " + why;
  }

  private static List<Step> complain(Site site, String message) {
    return site.wanting().stream().<Step>map(pod -> new Step.Complain(pod, message)).toList();
  }
}
