package dev.berth.provisioner.attachment;

import static java.util.Objects.requireNonNullElse;

import dev.berth.csi.v1.ControllerPublishVolumeResponse;
import dev.berth.csi.v1.ControllerUnpublishVolumeResponse;
import dev.berth.provisioner.cluster.Change;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Index;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Subscription;
import dev.berth.provisioner.csi.Answer;
import dev.berth.provisioner.csi.CsiDriver;
import dev.berth.provisioner.object.Volume;
import dev.berth.provisioner.queue.Controller;
import dev.berth.provisioner.queue.Outcome;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.storage.CSINode;
import io.fabric8.kubernetes.api.model.storage.CSINodeDriver;
import io.fabric8.kubernetes.api.model.storage.VolumeAttachment;
import io.fabric8.kubernetes.api.model.storage.VolumeAttachmentBuilder;
import io.grpc.Status;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Carries out the VolumeAttachments of one driver: ControllerPublishVolume while one is there,
 * ControllerUnpublishVolume before it goes. Keys are VolumeAttachments.
 *
 * <p>Our finalizer is on the object before the first call, and only the driver's final answer to
 * ControllerUnpublishVolume takes it off: whatever becomes of a reply, of this process or of the
 * pod, what may be attached is never forgotten.
 */
public final class AttacherController implements Controller {
  private final Cluster cluster;
  private final CsiDriver driver;
  private final AttacherDecision decision;
  private final Calls calls;
  private final AttachmentStatus status;

  /** An attacher for the volumes of this driver. */
  public AttacherController(Cluster cluster, CsiDriver driver, InstantSource clock) {
    this.cluster = cluster;
    this.driver = driver;
    this.decision = new AttacherDecision(driver.name(), driver.capabilities().publishUnpublish());
    this.calls = new Calls(cluster, driver);
    this.status = new AttachmentStatus(cluster, clock);
  }

  @Override
  public String name() {
    return "attacher";
  }

  @Override
  public List<Subscription> watch(Consumer<Key> enqueue) {
    return List.of(
        cluster.watch(Kind.VOLUME_ATTACHMENT, change -> attachment(change, enqueue)),
        cluster.watch(Kind.VOLUME, change -> under(Index.ATTACHMENT_BY_VOLUME, change, enqueue)),
        cluster.watch(Kind.CSI_NODE, change -> under(Index.ATTACHMENT_BY_NODE, change, enqueue)));
  }

  /** What was said about a failure was said by us, and its backoff is not to be cut short. */
  private void attachment(Change<VolumeAttachment> change, Consumer<Key> enqueue) {
    boolean errorsOnly =
        change instanceof Change.Modified<VolumeAttachment>(var before, var after)
            && new Attachment(before).withoutErrors().equals(new Attachment(after).withoutErrors());
    if (!errorsOnly) {
      enqueue.accept(change.key());
    }
  }

  private void under(Index index, Change<?> change, Consumer<Key> enqueue) {
    cluster.list(Kind.VOLUME_ATTACHMENT, index, change.key().name()).stream()
        .map(Attachment::new)
        .filter(attachment -> attachment.deleting() || !attachment.attached())
        .forEach(attachment -> enqueue.accept(attachment.key()));
  }

  @Override
  public Outcome reconcile(Key key) {
    Optional<Attachment> found = cluster.get(Kind.VOLUME_ATTACHMENT, key).map(Attachment::new);
    while (found.isPresent()) {
      Attachment attachment = found.get();
      switch (decision.decide(see(attachment))) {
        case Work.Nothing() -> {
          return Outcome.done();
        }
        case Work.Hold(String nodeId, String handle) ->
            found = Optional.of(hold(attachment, nodeId, handle));
        case Work.HoldVolume(Volume volume) -> hold(volume);
        case Work.Trivial() -> found = Optional.of(status.attached(attachment, Optional.empty()));
        case Work.Refuse(String why) -> {
          status.attachFailed(attachment, why, Optional.empty());
          return Outcome.failed(why);
        }
        case Work.Stuck(String why) -> {
          status.detachFailed(attachment, why, Optional.empty());
          return Outcome.failed(why);
        }
        case Work.Publish(String nodeId) -> {
          return publish(attachment, nodeId);
        }
        case Work.Unpublish unpublish -> {
          return unpublish(attachment, unpublish);
        }
        case Work.LetGo() -> {
          status.letGo(attachment);
          return Outcome.done();
        }
      }
    }
    return Outcome.done();
  }

  private AttacherDecision.Sight see(Attachment attachment) {
    return new AttacherDecision.Sight(
        attachment,
        attachment
            .volume()
            .flatMap(name -> cluster.get(Kind.VOLUME, Key.of(name)))
            .map(Volume::new),
        cluster.get(Kind.CSI_NODE, Key.of(attachment.node())).flatMap(this::nodeId));
  }

  private Optional<String> nodeId(CSINode node) {
    return requireNonNullElse(node.getSpec().getDrivers(), List.<CSINodeDriver>of()).stream()
        .filter(there -> driver.name().equals(there.getName()))
        .map(CSINodeDriver::getNodeID)
        .findFirst();
  }

  private Attachment hold(Attachment attachment, String nodeId, String handle) {
    VolumeAttachmentBuilder held = new VolumeAttachmentBuilder(attachment.raw());
    String finalizer = AttachmentName.finalizer(driver.name());
    if (!attachment.hasFinalizer()) {
      held.editMetadata().addToFinalizers(finalizer).endMetadata();
    }
    return new Attachment(
        cluster.replace(
            held.editMetadata()
                .addToAnnotations(Attachment.NODE_ID, nodeId)
                .addToAnnotations(Attachment.HANDLE, handle)
                .endMetadata()
                .build()));
  }

  private void hold(Volume volume) {
    cluster.replace(
        new PersistentVolumeBuilder(volume.raw())
            .editMetadata()
            .addToFinalizers(AttachmentName.finalizer(driver.name()))
            .endMetadata()
            .build());
  }

  private Outcome publish(Attachment attachment, String nodeId) {
    return switch (calls.publish(attachment, nodeId)) {
      case Answer.Done<ControllerPublishVolumeResponse>(var response) -> {
        status.attached(attachment, Optional.of(response.getPublishContextMap()));
        yield Outcome.done();
      }
      case Answer.Refused<ControllerPublishVolumeResponse>(Status.Code code, String why) ->
          notAttached(attachment, why, Optional.of(code));
      case Answer.TryAnotherNode<ControllerPublishVolumeResponse>(String why) ->
          notAttached(attachment, why, Optional.of(Status.Code.RESOURCE_EXHAUSTED));
      case Answer.StillRunning<ControllerPublishVolumeResponse>(String why) ->
          notAttached(attachment, why, Optional.empty());
    };
  }

  private Outcome notAttached(Attachment attachment, String why, Optional<Status.Code> code) {
    status.attachFailed(attachment, why, code);
    return Outcome.failed(why);
  }

  private Outcome unpublish(Attachment attachment, Work.Unpublish what) {
    return switch (calls.unpublish(what)) {
      case Answer.Done<ControllerUnpublishVolumeResponse> _ -> {
        status.letGo(attachment);
        yield Outcome.done();
      }
      case Answer.Refused<ControllerUnpublishVolumeResponse>(Status.Code code, String why) -> {
        if (code == Status.Code.NOT_FOUND) { // no volume, or no node, that it could be attached to
          status.letGo(attachment);
          yield Outcome.done();
        }
        yield notDetached(attachment, why, Optional.of(code));
      }
      case Answer.TryAnotherNode<ControllerUnpublishVolumeResponse>(String why) ->
          notDetached(attachment, why, Optional.of(Status.Code.RESOURCE_EXHAUSTED));
      case Answer.StillRunning<ControllerUnpublishVolumeResponse>(String why) ->
          notDetached(attachment, why, Optional.empty());
    };
  }

  private Outcome notDetached(Attachment attachment, String why, Optional<Status.Code> code) {
    status.detachFailed(attachment, why, code);
    return Outcome.failed(why);
  }
}
