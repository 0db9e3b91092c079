package dev.berth.provisioner.claim;

import dev.berth.csi.v1.CreateVolumeResponse;
import dev.berth.csi.v1.Volume;
import dev.berth.provisioner.capacity.Room;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.ClusterException;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Notice;
import dev.berth.provisioner.csi.Answer;
import dev.berth.provisioner.csi.CsiDriver;
import dev.berth.provisioner.csi.InvalidRequestException;
import dev.berth.provisioner.metrics.Meter;
import dev.berth.provisioner.metrics.Meters;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Home;
import dev.berth.provisioner.queue.Outcome;
import dev.berth.provisioner.secret.UnreadableSecretException;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.grpc.Status;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Makes volumes, and unmakes those that nobody wants any more. No volume is left behind: the claim
 * has our finalizer from before CreateVolume until the volume has its PV or the answer is final, so
 * a claim that is deleted meanwhile waits until the driver has said what became of it.
 */
final class Provisioning implements Maker {
  /** A request that is wrong in itself; the watch on the class tells sooner if it gets better. */
  private static final Duration SLOW_RETRY = Duration.ofMinutes(5);

  private static final Duration SOON = Duration.ofMillis(20);

  /** The only source of volumes so far: none. */
  private static final String SOURCE = "";

  private final Cluster cluster;
  private final CsiDriver driver;
  private final Volumes volumes;
  private final Custody custody;
  private final Refusals refusals;
  private final Room room;
  private final Meters meters;

  Provisioning(Cluster cluster, CsiDriver driver, Home home, Room room, Meters meters) {
    this.cluster = cluster;
    this.driver = driver;
    this.volumes = new Volumes(home);
    this.custody = new Custody(cluster, driver, home);
    this.refusals = new Refusals(cluster);
    this.room = room;
    this.meters = meters;
  }

  @Override
  public Progress provision(Step.Provision step, Seen seen) {
    Claim claim = seen.claim();
    long start = System.nanoTime();
    cluster.event(
        Notice.normal(
            claim.raw(),
            "Provisioning",
            "External provisioner is provisioning volume for claim \"" + claim.key() + "\""));
    var call = new Custody.Open(claim, step.klass(), step.request(), seen.share());
    Map<String, String> given;
    try {
      given = custody.secretsOf(call);
    } catch (InvalidRequestException e) {
      return failed(step, seen, e.why());
    } catch (UnreadableSecretException e) {
      return failed(step, seen, e.why());
    }
    custody.begin(call);
    return switch (driver.create(step.request().toBuilder().putAllSecrets(given).build())) {
      case Answer.Done<CreateVolumeResponse>(var response) ->
          made(new Made(step, seen, response.getVolume(), given, start));
      case Answer.StillRunning<CreateVolumeResponse>(String why) -> failed(step, seen, why);
      case Answer.TryAnotherNode<CreateVolumeResponse>(String why) -> noRoom(step, seen, why);
      case Answer.Refused<CreateVolumeResponse>(Status.Code code, String why) ->
          refused(step, seen, code, why);
    };
  }

  /** What CreateVolume answered to which step, called when, with which secrets. */
  private record Made(
      Step.Provision step, Seen seen, Volume volume, Map<String, String> secrets, long start) {
    /** Written by hand, for the secrets. */
    @Override
    public String toString() {
      return "Made[" + volume.getVolumeId() + "]";
    }
  }

  private Progress made(Made made) {
    Claim claim = made.seen().claim();
    room.changed();
    long size = made.volume().getCapacityBytes();
    if (size != 0 && size < claim.requested().value()) {
      return tooSmall(made);
    }
    if (made.step().request().hasVolumeContentSource() && !made.volume().hasContentSource()) {
      return unfilled(made);
    }
    Optional<PersistentVolumeClaim> now = cluster.get(Kind.CLAIM, claim.key());
    if (now.isEmpty() || !now.get().getMetadata().getUid().equals(claim.uid())) {
      return new Progress.Ended(custody.finishForgotten(claim.key()).orElseGet(Outcome::done));
    }
    if (now.get().getMetadata().getDeletionTimestamp() != null) {
      return new Progress.Changed(made.seen().with(now.get()));
    }
    boolean moved =
        made.seen().share() != Share.EVERYTHING && !custody.isHere(new Claim(now.get()));
    if (!moved) {
      return store(made);
    }
    // Its PV may be there, by a write of ours whose reply was lost: then its policy decides.
    return custody.hasPvHere(made.step().request().getName())
        ? new Progress.Ended(Outcome.done())
        : unwanted(made);
  }

  /** Writes the PV; one that is there already was written by us before we were stopped. */
  private Progress store(Made made) {
    PersistentVolume volume =
        volumes.of(made.seen().claim(), made.step().klass(), made.step().request(), made.volume());
    PersistentVolume written;
    try {
      written = cluster.create(volume);
    } catch (ClusterException.AlreadyExists e) {
      written =
          cluster
              .getLive(Kind.VOLUME, Key.of(volume))
              .filter(there -> sameClaim(there, volume))
              .orElseThrow(() -> e);
      if (!volume.getSpec().getCsi().getVolumeHandle().equals(handle(written))) {
        return unwanted(made); // another node was chosen meanwhile, and was faster
      }
    } catch (ClusterException.Forbidden | ClusterException.Invalid e) {
      return failed(
          made.step(),
          made.seen(),
          "the volume is made, but its PersistentVolume is refused: " + e.getMessage());
    }
    custody.end(made.seen().claim().key());
    cluster.event(
        Notice.normal(
            made.seen().claim().raw(),
            "ProvisioningSucceeded",
            "Successfully provisioned volume " + made.step().request().getName()));
    String className = made.step().klass().name();
    meters.count(Meter.PROVISION_TOTAL, className, SOURCE);
    Duration took = Duration.ofNanos(System.nanoTime() - made.start());
    meters.time(Meter.PROVISION_SECONDS, took, className, SOURCE);
    return new Progress.Changed(made.seen().with(written));
  }

  private static boolean sameClaim(PersistentVolume there, PersistentVolume ours) {
    var ref = there.getSpec().getClaimRef();
    return ref != null && ours.getSpec().getClaimRef().getUid().equals(ref.getUid());
  }

  private static String handle(PersistentVolume volume) {
    return volume.getSpec().getCsi() == null ? "" : volume.getSpec().getCsi().getVolumeHandle();
  }

  /** The claim's volume is to be elsewhere, or is already. */
  private Progress unwanted(Made made) {
    Optional<String> problem = custody.delete(made.volume().getVolumeId(), made.secrets());
    if (problem.isPresent()) {
      return new Progress.Ended(Outcome.failed(problem.get()));
    }
    custody.end(made.seen().claim().key());
    room.changed();
    return new Progress.Ended(Outcome.done());
  }

  private Progress tooSmall(Made made) {
    // A name is retried with the same answer unless it is free.
    Optional<String> _ = custody.delete(made.volume().getVolumeId(), made.secrets());
    return failed(
        made.step(),
        made.seen(),
        "the driver made "
            + made.volume().getCapacityBytes()
            + " bytes where at least "
            + made.seen().claim().requested().value()
            + " were asked for");
  }

  /** A driver that does not know the field makes an empty volume; a person would miss the data. */
  private Progress unfilled(Made made) {
    Optional<String> _ = custody.delete(made.volume().getVolumeId(), made.secrets());
    return failed(
        made.step(),
        made.seen(),
        "the driver does not say that it filled the volume from "
            + dev.berth.provisioner.object.DataSource.of(made.seen().claim())
            + "; it was deleted");
  }

  private Progress refused(Step.Provision step, Seen seen, Status.Code code, String why) {
    Progress ended = failed(step, seen, why);
    if (code != Status.Code.ALREADY_EXISTS) { // there the name is taken, perhaps by ourselves
      custody.release(seen.claim());
    }
    return code == Status.Code.INVALID_ARGUMENT
        ? new Progress.Ended(Outcome.again(SLOW_RETRY))
        : ended;
  }

  /** Alone, the choice of the node stands and room may come; else another node may have room. */
  private Progress noRoom(Step.Provision step, Seen seen, String why) {
    Progress ended = failed(step, seen, why);
    if (seen.share() == Share.EVERYTHING) {
      custody.release(seen.claim());
      return ended;
    }
    custody.end(seen.claim().key());
    room.publish(step.klass().name()); // first, so that whoever chooses again knows
    refusals.sendElsewhere(seen.claim());
    return new Progress.Ended(Outcome.done());
  }

  private Progress failed(Step.Provision step, Seen seen, String why) {
    meters.count(Meter.PROVISION_FAILED_TOTAL, step.klass().name(), SOURCE);
    refusals.tell(seen, step.klass(), why);
    return new Progress.Ended(Outcome.failed(why));
  }

  @Override
  public Progress cleanUp(Step.CleanUp step, Seen seen) {
    Claim claim = seen.claim();
    Optional<String> problem =
        custody.unmake(new Custody.Open(claim, step.klass(), step.request(), seen.share()));
    if (problem.isPresent()) {
      cluster.event(Notice.warning(claim.raw(), "ProvisioningCleanupFailed", problem.get()));
      return new Progress.Ended(Outcome.failed(problem.get()));
    }
    room.changed();
    custody.release(claim);
    // One that stays is to be bound to another volume now; nobody is called for our own write.
    return new Progress.Ended(claim.deleting() ? Outcome.done() : Outcome.again(SOON));
  }

  @Override
  public void settled(Key key) {
    custody.end(key);
  }

  @Override
  public Optional<Outcome> finishForgotten(Key key) {
    return custody.finishForgotten(key);
  }
}
