package dev.berth.provisioner.claim;

import dev.berth.csi.v1.CreateVolumeRequest;
import dev.berth.csi.v1.CreateVolumeResponse;
import dev.berth.csi.v1.DeleteVolumeResponse;
import dev.berth.csi.v1.Volume;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.ClusterException;
import dev.berth.provisioner.cluster.Index;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Notice;
import dev.berth.provisioner.csi.Answer;
import dev.berth.provisioner.csi.CsiDriver;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Home;
import dev.berth.provisioner.object.Names;
import dev.berth.provisioner.queue.Outcome;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.grpc.Status;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Makes volumes, and unmakes those that nobody wants any more. No volume is left behind: the claim
 * has our finalizer from before CreateVolume until the volume has its PV or the answer is final, so
 * a claim that is deleted meanwhile waits until the driver has said what became of it.
 */
final class Provisioning {
  /** A request that is wrong in itself; the watch on the class tells sooner if it gets better. */
  private static final Duration SLOW_RETRY = Duration.ofMinutes(5);

  private final Cluster cluster;
  private final CsiDriver driver;
  private final Volumes volumes;

  /**
   * Requests without a final answer. A person may take our finalizer off a claim; as long as this
   * process lives, its volume is not forgotten even then.
   */
  private final Map<Key, CreateVolumeRequest> open = new ConcurrentHashMap<>();

  Provisioning(Cluster cluster, CsiDriver driver, Home home) {
    this.cluster = cluster;
    this.driver = driver;
    this.volumes = new Volumes(home);
  }

  /** Calls CreateVolume and, when it is made, writes the PV. */
  Progress provision(Step.Provision step, Seen seen) {
    Claim claim = seen.claim();
    cluster.event(
        Notice.normal(
            claim.raw(),
            "Provisioning",
            "External provisioner is provisioning volume for claim \"" + claim.key() + "\""));
    open.put(claim.key(), step.request());
    return switch (driver.create(step.request())) {
      case Answer.Done<CreateVolumeResponse>(var response) ->
          made(step, seen, response.getVolume());
      case Answer.StillRunning<CreateVolumeResponse>(String why) -> failed(step, seen, why);
      case Answer.TryAnotherNode<CreateVolumeResponse>(String why) -> noRoom(step, seen, why);
      case Answer.Refused<CreateVolumeResponse>(Status.Code code, String why) ->
          refused(step, seen, code, why);
    };
  }

  private Progress made(Step.Provision step, Seen seen, Volume made) {
    Claim claim = seen.claim();
    long size = made.getCapacityBytes();
    if (size != 0 && size < claim.requested().value()) {
      return tooSmall(step, seen, made);
    }
    Optional<PersistentVolumeClaim> live = cluster.getLive(Kind.CLAIM, claim.key());
    if (live.isEmpty() || !live.get().getMetadata().getUid().equals(claim.uid())) {
      return new Progress.Ended(finishForgotten(claim.key()).orElseGet(Outcome::done));
    }
    if (live.get().getMetadata().getDeletionTimestamp() != null) {
      return new Progress.Changed(seen.with(live.get()));
    }
    PersistentVolume written = store(volumes.of(claim, step.klass(), step.request(), made));
    open.remove(claim.key());
    cluster.event(
        Notice.normal(
            claim.raw(),
            "ProvisioningSucceeded",
            "Successfully provisioned volume " + step.request().getName()));
    return new Progress.Changed(seen.with(written));
  }

  /** Writes the PV; one that is there already was written by us before we were stopped. */
  private PersistentVolume store(PersistentVolume volume) {
    try {
      return cluster.create(volume);
    } catch (ClusterException.AlreadyExists e) {
      return cluster
          .getLive(Kind.VOLUME, Key.of(volume))
          .filter(there -> sameClaim(there, volume))
          .orElseThrow(() -> e);
    }
  }

  private static boolean sameClaim(PersistentVolume there, PersistentVolume ours) {
    var ref = there.getSpec().getClaimRef();
    return ref != null && ours.getSpec().getClaimRef().getUid().equals(ref.getUid());
  }

  private Progress tooSmall(Step.Provision step, Seen seen, Volume made) {
    driver.delete(made.getVolumeId()); // a name is retried with the same answer unless it is free
    return failed(
        step,
        seen,
        "the driver made "
            + made.getCapacityBytes()
            + " bytes where at least "
            + seen.claim().requested().value()
            + " were asked for");
  }

  private Progress refused(Step.Provision step, Seen seen, Status.Code code, String why) {
    Progress ended = failed(step, seen, why);
    if (code != Status.Code.ALREADY_EXISTS) { // there the name is taken, perhaps by ourselves
      release(seen.claim());
    }
    return code == Status.Code.INVALID_ARGUMENT
        ? new Progress.Ended(Outcome.again(SLOW_RETRY))
        : ended;
  }

  /** There is one node here, so the choice of the node stands and room may come. */
  private Progress noRoom(Step.Provision step, Seen seen, String why) {
    Progress ended = failed(step, seen, why);
    release(seen.claim());
    return ended;
  }

  private Progress failed(Step.Provision step, Seen seen, String why) {
    Claim claim = seen.claim();
    cluster.event(
        Notice.warning(
            claim.raw(), "ProvisioningFailed", Provisioner.failure(step.klass().name(), why)));
    if (claim.selectedNode().isPresent()) {
      waitingPods(claim).forEach(pod -> cluster.event(unplaceable(pod, claim)));
    }
    return new Progress.Ended(Outcome.failed(why));
  }

  private Stream<Pod> waitingPods(Claim claim) {
    return cluster.list(Kind.POD, Index.POD_BY_CLAIM, claim.key().toString()).stream()
        .filter(
            pod -> pod.getSpec().getNodeName() == null || pod.getSpec().getNodeName().isEmpty());
  }

  private static Notice unplaceable(Pod pod, Claim claim) {
    return Notice.warning(
        pod,
        "FailedScheduling",
        "running PreBind plugin \"VolumeBinding\": binding volumes: provisioning failed for PVC \""
            + claim.key().name()
            + "\"");
  }

  /** Nothing is left behind, so the claim is free to go. */
  private void release(Claim claim) {
    open.remove(claim.key());
    if (claim.hasFinalizer(Names.CREATING_FINALIZER)) {
      cluster.replace(Finalizers.release(claim).claim());
    }
  }

  /** Deletes what CreateVolume may have made for a claim that goes, then lets it go. */
  Progress cleanUp(CreateVolumeRequest request, Seen seen) {
    Claim claim = seen.claim();
    Optional<String> problem = unmake(request);
    if (problem.isPresent()) {
      cluster.event(Notice.warning(claim.raw(), "ProvisioningCleanupFailed", problem.get()));
      return new Progress.Ended(Outcome.failed(problem.get()));
    }
    release(claim);
    return new Progress.Ended(Outcome.done());
  }

  /**
   * The claim's volume has its PV, perhaps by a write whose reply was lost: from now on only the
   * PV's policy decides about it.
   */
  void settled(Key key) {
    open.remove(key);
  }

  /** Unmakes the volume of a claim that went although its request was open. */
  Optional<Outcome> finishForgotten(Key key) {
    CreateVolumeRequest request = open.get(key);
    if (request == null || stillThere(key, request)) {
      return Optional.empty();
    }
    Optional<String> problem = unmake(request);
    if (problem.isPresent()) {
      return Optional.of(Outcome.failed(problem.get()));
    }
    open.remove(key);
    return Optional.empty();
  }

  private boolean stillThere(Key key, CreateVolumeRequest request) {
    return cluster
        .getLive(Kind.CLAIM, key)
        .filter(claim -> Requests.volumeName(new Claim(claim)).equals(request.getName()))
        .isPresent();
  }

  /** The reason why the volume may still be there; empty when it certainly is not. */
  private Optional<String> unmake(CreateVolumeRequest request) {
    if (cluster.getLive(Kind.VOLUME, Key.of(request.getName())).isPresent()) {
      return Optional.empty(); // it has its PV, whose policy decides
    }
    return switch (driver.create(request)) {
      case Answer.Done<CreateVolumeResponse>(var response) ->
          deleted(response.getVolume().getVolumeId());
      case Answer.Refused<CreateVolumeResponse>(Status.Code code, String why) ->
          code == Status.Code.ALREADY_EXISTS ? Optional.of(why) : Optional.empty();
      case Answer.TryAnotherNode<CreateVolumeResponse> _ -> Optional.empty();
      case Answer.StillRunning<CreateVolumeResponse>(String why) -> Optional.of(why);
    };
  }

  private Optional<String> deleted(String volumeId) {
    return switch (driver.delete(volumeId)) {
      case Answer.Done<DeleteVolumeResponse> _ -> Optional.empty();
      case Answer.Refused<DeleteVolumeResponse>(var _, String why) -> Optional.of(why);
      case Answer.StillRunning<DeleteVolumeResponse>(String why) -> Optional.of(why);
      case Answer.TryAnotherNode<DeleteVolumeResponse>(String why) -> Optional.of(why);
    };
  }
}
