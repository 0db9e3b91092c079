package dev.berth.provisioner.volume;

import dev.berth.csi.v1.DeleteVolumeResponse;
import dev.berth.provisioner.capacity.Reports;
import dev.berth.provisioner.capacity.Room;
import dev.berth.provisioner.cluster.Change;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.ClusterException;
import dev.berth.provisioner.cluster.Index;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Notice;
import dev.berth.provisioner.cluster.Preconditions;
import dev.berth.provisioner.cluster.Subscription;
import dev.berth.provisioner.csi.Answer;
import dev.berth.provisioner.csi.CsiDriver;
import dev.berth.provisioner.metrics.Meter;
import dev.berth.provisioner.metrics.Meters;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Home;
import dev.berth.provisioner.object.Names;
import dev.berth.provisioner.object.Volume;
import dev.berth.provisioner.queue.Controller;
import dev.berth.provisioner.queue.Outcome;
import dev.berth.provisioner.recycle.Contents;
import dev.berth.provisioner.recycle.Recycler;
import dev.berth.provisioner.secret.Secrets;
import dev.berth.provisioner.secret.UnreadableSecretException;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.SecretReference;
import io.fabric8.kubernetes.api.model.storage.VolumeAttachment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Keeps phases of PVs and carries out their reclaim policy. Keys are PVs. */
public final class PersistentVolumeController implements Controller {
  private final Cluster cluster;
  private final Optional<CsiDriver> driver;
  private final VolumeDecision decision;
  private final Predicate<Volume> mine;
  private final Recycling recycling;
  private final Secrets secrets;
  private final Room room;
  private final Meters meters;

  private PersistentVolumeController(
      Cluster cluster,
      Optional<CsiDriver> driver,
      Optional<Recycler> alone,
      Predicate<Volume> mine,
      Reports reports) {
    this.cluster = cluster;
    this.driver = driver;
    this.decision = new VolumeDecision(driver.map(CsiDriver::name).orElse(""), alone.isPresent());
    this.recycling = new Recycling(cluster, alone.orElse(Recycler.NONE));
    this.mine = mine;
    this.secrets = new Secrets(cluster);
    this.room = reports.room();
    this.meters = reports.meters();
  }

  /** A controller that keeps phases, and deletes volumes through this driver and no others. */
  public static PersistentVolumeController alone(Cluster cluster, CsiDriver driver) {
    return alone(cluster, driver, Recycler.NONE);
  }

  /** The same, that empties volumes, too. */
  public static PersistentVolumeController alone(
      Cluster cluster, CsiDriver driver, Recycler recycler) {
    return new PersistentVolumeController(
        cluster, Optional.of(driver), Optional.of(recycler), _ -> true, Reports.NONE);
  }

  /**
   * A controller that keeps the phases of all PVs of a cluster, where kube-controller-manager does
   * not, and leaves their volumes to those who made them. Nobody empties a folder of some node.
   */
  public static PersistentVolumeController phases(Cluster cluster) {
    return new PersistentVolumeController(
        cluster, Optional.empty(), Optional.of(Recycler.NONE), _ -> true, Reports.NONE);
  }

  /** A controller that leaves phases to kube-controller-manager, for the PVs of one node. */
  public static PersistentVolumeController ofNode(
      Cluster cluster, CsiDriver driver, Home home, Reports reports) {
    return new PersistentVolumeController(
        cluster, Optional.of(driver), Optional.empty(), home::has, reports);
  }

  @Override
  public String name() {
    return "volumes";
  }

  @Override
  public List<Subscription> watch(Consumer<Key> enqueue) {
    List<Subscription> watches = new ArrayList<>();
    watches.add(cluster.watch(Kind.VOLUME, change -> enqueue.accept(change.key())));
    watches.add(cluster.watch(Kind.CLAIM, change -> claimChanged(change, enqueue)));
    if (attaches()) { // a volume is not deleted while attached
      watches.add(
          cluster.watch(Kind.VOLUME_ATTACHMENT, change -> attachmentChanged(change, enqueue)));
    }
    return watches;
  }

  private boolean attaches() {
    return driver.filter(by -> by.capabilities().publishUnpublish()).isPresent();
  }

  private void claimChanged(Change<PersistentVolumeClaim> change, Consumer<Key> enqueue) {
    cluster
        .list(Kind.VOLUME, Index.VOLUME_BY_CLAIM, change.key().toString())
        .forEach(volume -> enqueue.accept(Key.of(volume)));
  }

  private static void attachmentChanged(Change<VolumeAttachment> change, Consumer<Key> enqueue) {
    Optional.ofNullable(change.object().getSpec().getSource().getPersistentVolumeName())
        .map(Key::of)
        .ifPresent(enqueue);
  }

  @Override
  public Outcome reconcile(Key key) {
    Optional<PersistentVolume> found =
        cluster.get(Kind.VOLUME, key).filter(volume -> mine.test(new Volume(volume)));
    while (found.isPresent()) {
      Seen seen = see(found.get());
      switch (act(decision.decide(seen), seen)) {
        case Progress.Changed(PersistentVolume after) -> found = Optional.of(after);
        case Progress.Ended(Outcome outcome) -> {
          return outcome;
        }
      }
    }
    return Outcome.done();
  }

  private Seen see(PersistentVolume raw) {
    Volume volume = new Volume(raw);
    return new Seen(
        volume, volume.claimKey().flatMap(key -> cluster.get(Kind.CLAIM, key)).map(Claim::new));
  }

  private Progress act(Step step, Seen seen) {
    return switch (step) {
      case Step.Nothing() -> new Progress.Ended(Outcome.done());
      case Step.Write(var volume) -> new Progress.Changed(cluster.replace(volume));
      case Step.WriteStatus(var volume, var notice) -> {
        PersistentVolume written = cluster.replaceStatus(volume);
        notice.ifPresent(cluster::event);
        yield new Progress.Changed(written);
      }
      case Step.ConfirmReleased() -> confirmReleased(seen);
      case Step.Recycle(Contents contents) -> recycle(seen.volume(), contents);
      case Step.Tell(var notices) -> {
        notices.forEach(cluster::event);
        yield new Progress.Ended(Outcome.done());
      }
      case Step.Delete(String handle) -> delete(seen.volume(), handle);
    };
  }

  private Progress confirmReleased(Seen seen) {
    return stillWanted(seen.volume())
        ? new Progress.Ended(Outcome.failed("the cache was behind: the claim is there"))
        : act(VolumeDecision.phase(seen.volume(), "Released"), seen);
  }

  /** Whether the claim of its claimRef exists and has not taken another volume. */
  private boolean stillWanted(Volume volume) {
    return volume
        .claimKey()
        .flatMap(key -> cluster.getLive(Kind.CLAIM, key))
        .map(Claim::new)
        .filter(volume::isOf)
        .filter(claim -> claim.volumeName().map(volume.name()::equals).orElse(true))
        .isPresent();
  }

  private Progress recycle(Volume seen, Contents contents) {
    Optional<Volume> live = cluster.getLive(Kind.VOLUME, seen.key()).map(Volume::new);
    if (live.isEmpty()) {
      return new Progress.Ended(Outcome.done());
    }
    return same(live.get(), seen) && !stillWanted(live.get())
        ? recycling.recycle(live.get(), contents)
        : new Progress.Ended(Outcome.failed("the cache was behind: looking again"));
  }

  private Progress delete(Volume seen, String handle) {
    Optional<Volume> live = cluster.getLive(Kind.VOLUME, seen.key()).map(Volume::new);
    if (live.isEmpty()) {
      return new Progress.Ended(Outcome.done());
    }
    if (!same(live.get(), seen) || stillWanted(live.get())) {
      return new Progress.Ended(Outcome.failed("the cache was behind: looking again"));
    }
    Optional<String> attached = attachedTo(live.get());
    if (attached.isPresent()) {
      return new Progress.Ended(
          Outcome.failed(
              "persistentvolume " + seen.name() + " is still attached to node " + attached.get()));
    }
    long start = System.nanoTime();
    Map<String, String> given;
    try {
      given = secrets.read(deletionSecret(live.get()));
    } catch (UnreadableSecretException e) {
      return failed(seen, e.why());
    }
    return switch (driver.orElseThrow().delete(handle, given)) {
      case Answer.Done<DeleteVolumeResponse> _ -> deleted(live.get(), start);
      case Answer.Refused<DeleteVolumeResponse>(var _, String why) -> failed(seen, why);
      case Answer.StillRunning<DeleteVolumeResponse>(String why) -> failed(seen, why);
      case Answer.TryAnotherNode<DeleteVolumeResponse>(String why) -> failed(seen, why);
    };
  }

  /** A node of which a VolumeAttachment says that it may have the volume. */
  private Optional<String> attachedTo(Volume volume) {
    return attaches()
        ? cluster.list(Kind.VOLUME_ATTACHMENT, Index.ATTACHMENT_BY_VOLUME, volume.name()).stream()
            .map(attachment -> attachment.getSpec().getNodeName())
            .findFirst()
        : Optional.empty();
  }

  private static boolean same(Volume one, Volume other) {
    return Preconditions.unchanged(one.raw()).equals(Preconditions.unchanged(other.raw()));
  }

  private static Optional<SecretReference> deletionSecret(Volume volume) {
    return volume
        .annotation(Names.DELETION_SECRET_NAME)
        .filter(name -> !name.isEmpty())
        .map(
            name ->
                new SecretReference(
                    name, volume.annotation(Names.DELETION_SECRET_NAMESPACE).orElse("")));
  }

  private Progress deleted(Volume volume, long start) {
    room.changed();
    Progress end = forget(volume);
    meters.count(Meter.DELETE_TOTAL, volume.className());
    meters.time(
        Meter.DELETE_SECONDS, Duration.ofNanos(System.nanoTime() - start), volume.className());
    return end;
  }

  private Progress failed(Volume volume, String why) {
    meters.count(Meter.DELETE_FAILED_TOTAL, volume.className());
    cluster.event(Notice.warning(volume.raw(), "VolumeFailedDelete", why));
    return new Progress.Ended(Outcome.failed(why));
  }

  /** The volume is gone: so goes the PV, the finalizer last, for it says that there is a volume. */
  private Progress forget(Volume volume) {
    try {
      if (!volume.deleting()) {
        cluster.delete(Kind.VOLUME, volume.key(), Preconditions.sameObject(volume.raw()));
      }
      cluster
          .getLive(Kind.VOLUME, volume.key())
          .filter(
              there ->
                  Preconditions.sameObject(there).equals(Preconditions.sameObject(volume.raw())))
          .ifPresent(there -> cluster.replace(VolumeDecision.withoutFinalizer(new Volume(there))));
    } catch (ClusterException.NotFound _) {
      // somebody else took the last finalizer off
    }
    return new Progress.Ended(Outcome.done());
  }
}
