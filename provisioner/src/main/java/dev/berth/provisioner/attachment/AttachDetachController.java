package dev.berth.provisioner.attachment;

import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.ClusterException;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Notice;
import dev.berth.provisioner.cluster.Preconditions;
import dev.berth.provisioner.cluster.Subscription;
import dev.berth.provisioner.metrics.Meter;
import dev.berth.provisioner.metrics.Meters;
import dev.berth.provisioner.object.NodeView;
import dev.berth.provisioner.object.PodView;
import dev.berth.provisioner.queue.Controller;
import dev.berth.provisioner.queue.Outcome;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.storage.VolumeAttachmentBuilder;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Creates a VolumeAttachment for each node that needs a volume, deletes it when the node does not
 * any more, and tells kubelets what is attached. Keys are PVs, those that are gone included.
 */
public final class AttachDetachController implements Controller {
  private final Cluster cluster;
  private final SeenReader reader;
  private final AttachDecision decision;
  private final Meters meters;

  /** What pods' users were told about a volume; lost with the process, and told once more. */
  private final Map<Key, Set<String>> told = new ConcurrentHashMap<>();

  /**
   * A controller for the volumes of all drivers.
   *
   * @param forceAfter how long a node may be not ready before volumes that nobody needs there are
   *     detached although it says that it uses them; empty for ever
   */
  public AttachDetachController(
      Cluster cluster,
      AttachRequired required,
      Optional<Duration> forceAfter,
      InstantSource clock,
      Meters meters) {
    this.cluster = cluster;
    this.reader = new SeenReader(cluster, required, clock);
    this.decision = new AttachDecision(forceAfter);
    this.meters = meters;
  }

  @Override
  public String name() {
    return "attach-detach";
  }

  @Override
  public List<Subscription> watch(Consumer<Key> enqueue) {
    return new AttachDetachWatches(cluster).start(enqueue);
  }

  @Override
  public Outcome reconcile(Key key) {
    Optional<Seen> seen = reader.read(key);
    List<Step> steps = seen.map(decision::decide).orElseGet(List::of);
    Set<String> complaints = ConcurrentHashMap.newKeySet();
    Outcome outcome = Outcome.done();
    for (Step step : steps) {
      switch (step) {
        case Step.Complain(PodView pod, String message) -> complain(key, pod, message, complaints);
        case Step.Wait(Duration until) -> outcome = sooner(outcome, until);
        case Step.Attach(String node, String driver, String handle) ->
            outcome = attach(key, node, driver, handle, outcome);
        case Step.ReportAttached attached -> report(key, attached);
        case Step.ReportDetached(NodeView node, String unique) ->
            cluster.replaceStatus(withoutVolume(node, unique));
        case Step.Detach(Attachment attachment, Step.Why why) -> detach(attachment, why);
        case Step.StartTimer(Attachment attachment, var since) ->
            annotate(attachment, Optional.of(since.truncatedTo(ChronoUnit.SECONDS).toString()));
        case Step.StopTimer(Attachment attachment) -> annotate(attachment, Optional.empty());
      }
    }
    remember(key, complaints);
    return outcome;
  }

  private static Outcome sooner(Outcome before, Duration until) {
    return switch (before) {
      case Outcome.Done _ -> Outcome.again(until);
      case Outcome.Again(Duration earlier) ->
          Outcome.again(earlier.compareTo(until) < 0 ? earlier : until);
      case Outcome.Failed failed -> failed;
    };
  }

  private Outcome attach(Key key, String node, String driver, String handle, Outcome before) {
    String name = AttachmentName.of(handle, driver, node);
    try {
      cluster.create(
          new VolumeAttachmentBuilder()
              .withNewMetadata()
              .withName(name)
              .endMetadata()
              .withNewSpec()
              .withAttacher(driver)
              .withNodeName(node)
              .withNewSource()
              .withPersistentVolumeName(key.name())
              .endSource()
              .endSpec()
              .build());
      return before;
    } catch (ClusterException.AlreadyExists _) {
      return cluster
          .getLive(Kind.VOLUME_ATTACHMENT, Key.of(name))
          .flatMap(there -> new Attachment(there).volume())
          .filter(other -> !other.equals(key.name()))
          .map(
              other ->
                  Outcome.failed(
                      "VolumeAttachment %s is PersistentVolume %s's, of the same volumeHandle; delete"
                              .formatted(name, other)
                          + " one of the two PersistentVolumes"))
          .orElse(before); // somebody was quicker
    }
  }

  private void report(Key volume, Step.ReportAttached attached) {
    Node node = attached.node().raw();
    cluster.replaceStatus(
        new NodeBuilder(node)
            .editOrNewStatus()
            .addNewVolumesAttached()
            .withName(attached.unique())
            .withDevicePath("")
            .endVolumesAttached()
            .endStatus()
            .build());
    for (PodView pod : attached.pods()) {
      cluster.event(Notice.normal(pod.raw(), "SuccessfulAttachVolume", succeeded(volume)));
    }
  }

  private static String succeeded(Key volume) {
    return "AttachVolume.Attach succeeded for volume \"" + volume.name() + "\"";
  }

  private static Node withoutVolume(NodeView node, String unique) {
    return new NodeBuilder(node.raw())
        .editStatus()
        .removeMatchingFromVolumesAttached(volume -> unique.equals(volume.getName()))
        .endStatus()
        .build();
  }

  private void detach(Attachment attachment, Step.Why why) {
    try {
      cluster.delete(
          Kind.VOLUME_ATTACHMENT, attachment.key(), Preconditions.unchanged(attachment.raw()));
    } catch (ClusterException.NotFound _) {
      return; // gone, which is what was wanted
    }
    switch (why) {
      case UNUSED -> {} // as it should be
      case TIMEOUT -> meters.count(Meter.FORCED_DETACHES, "timeout");
      case OUT_OF_SERVICE -> meters.count(Meter.FORCED_DETACHES, "out-of-service");
    }
  }

  private void annotate(Attachment attachment, Optional<String> since) {
    VolumeAttachmentBuilder next = new VolumeAttachmentBuilder(attachment.raw());
    since.ifPresentOrElse(
        time -> next.editMetadata().addToAnnotations(Attachment.UNWANTED_SINCE, time).endMetadata(),
        () -> next.editMetadata().removeFromAnnotations(Attachment.UNWANTED_SINCE).endMetadata());
    cluster.replace(next.build());
  }

  private void complain(Key key, PodView pod, String message, Set<String> complaints) {
    String complaint = pod.raw().getMetadata().getUid() + " " + message;
    complaints.add(complaint);
    if (!told.getOrDefault(key, Set.of()).contains(complaint)) {
      cluster.event(Notice.warning(pod.raw(), "FailedAttachVolume", message));
    }
  }

  private void remember(Key key, Set<String> complaints) {
    if (complaints.isEmpty()) {
      told.remove(key);
    } else {
      told.put(key, complaints);
    }
  }
}
