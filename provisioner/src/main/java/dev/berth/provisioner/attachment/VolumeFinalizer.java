package dev.berth.provisioner.attachment;

import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Index;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Subscription;
import dev.berth.provisioner.object.Volume;
import dev.berth.provisioner.queue.Controller;
import dev.berth.provisioner.queue.Outcome;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import java.util.List;
import java.util.function.Consumer;

/**
 * Lets a PV go that is being deleted and has no VolumeAttachment any more; the attacher attaches
 * none that is being deleted. Keys are PVs.
 */
public final class VolumeFinalizer implements Controller {
  private final Cluster cluster;
  private final String finalizer;

  /** For the PVs that the attacher of this driver has held. */
  public VolumeFinalizer(Cluster cluster, String driver) {
    this.cluster = cluster;
    this.finalizer = AttachmentName.finalizer(driver);
  }

  @Override
  public String name() {
    return "attached-volumes";
  }

  @Override
  public List<Subscription> watch(Consumer<Key> enqueue) {
    return List.of(
        cluster.watch(Kind.VOLUME, change -> enqueue.accept(change.key())),
        cluster.watch(
            Kind.VOLUME_ATTACHMENT,
            change -> new Attachment(change.object()).volume().map(Key::of).ifPresent(enqueue)));
  }

  @Override
  public Outcome reconcile(Key key) {
    cluster
        .get(Kind.VOLUME, key)
        .map(Volume::new)
        .filter(volume -> volume.deleting() && volume.hasFinalizer(finalizer))
        .filter(_ -> isDetached(key))
        .ifPresent(
            volume ->
                cluster.replace(
                    new PersistentVolumeBuilder(volume.raw())
                        .editMetadata()
                        .removeFromFinalizers(finalizer)
                        .endMetadata()
                        .build()));
    return Outcome.done();
  }

  private boolean isDetached(Key key) {
    return cluster.list(Kind.VOLUME_ATTACHMENT, Index.ATTACHMENT_BY_VOLUME, key.name()).isEmpty();
  }
}
