package dev.berth.provisioner.expansion;

import dev.berth.csi.v1.ControllerExpandVolumeResponse;
import dev.berth.provisioner.cluster.Change;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Index;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Notice;
import dev.berth.provisioner.cluster.Subscription;
import dev.berth.provisioner.csi.Answer;
import dev.berth.provisioner.csi.CsiDriver;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Klass;
import dev.berth.provisioner.object.Names;
import dev.berth.provisioner.object.Volume;
import dev.berth.provisioner.quantity.Bytes;
import dev.berth.provisioner.queue.Controller;
import dev.berth.provisioner.queue.Outcome;
import dev.berth.provisioner.secret.Secrets;
import dev.berth.provisioner.secret.UnreadableSecretException;
import io.fabric8.kubernetes.api.model.CSIPersistentVolumeSource;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.grpc.Status;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Grows the volumes of claims that ask for more than they have. Keys are claims. */
public final class ExpansionController implements Controller {
  /** What cannot be done is tried again this seldom, in case the driver learns better. */
  private static final Duration SLOW_RETRY = Duration.ofMinutes(5);

  private static final Set<Status.Code> INFEASIBLE =
      Set.of(Status.Code.INVALID_ARGUMENT, Status.Code.OUT_OF_RANGE, Status.Code.NOT_FOUND);

  private final Cluster cluster;
  private final CsiDriver driver;
  private final InstantSource clock;
  private final Secrets secrets;
  private final ExpansionDecision decision;

  /** A controller for the volumes of one driver. */
  public ExpansionController(Cluster cluster, CsiDriver driver, InstantSource clock) {
    this.cluster = cluster;
    this.driver = driver;
    this.clock = clock;
    this.secrets = new Secrets(cluster);
    this.decision = new ExpansionDecision(driver.name(), driver.capabilities());
  }

  @Override
  public String name() {
    return "expansion";
  }

  @Override
  public List<Subscription> watch(Consumer<Key> enqueue) {
    return List.of(
        cluster.watch(Kind.CLAIM, change -> claimChanged(change, enqueue)),
        cluster.watch(
            Kind.STORAGE_CLASS,
            change ->
                cluster
                    .list(Kind.CLAIM, Index.CLAIM_BY_CLASS, change.key().name())
                    .forEach(claim -> enqueue.accept(Key.of(claim)))));
  }

  /** What this controller itself writes into the status must not cut short the wait for a retry. */
  private static void claimChanged(Change<PersistentVolumeClaim> change, Consumer<Key> enqueue) {
    if (change instanceof Change.Modified<PersistentVolumeClaim>(var before, var after)) {
      Claim was = new Claim(before);
      Claim is = new Claim(after);
      if (was.requested().equals(is.requested())
          && was.capacity().equals(is.capacity())
          && was.phase().equals(is.phase())) {
        return;
      }
    }
    enqueue.accept(change.key());
  }

  @Override
  public Outcome reconcile(Key key) {
    Optional<PersistentVolumeClaim> found = cluster.get(Kind.CLAIM, key);
    while (found.isPresent()) {
      Seen seen = see(new Claim(found.get()));
      switch (decision.decide(seen)) {
        case Step.Nothing() -> {
          return Outcome.done();
        }
        case Step.Tell(Notice notice) -> {
          cluster.event(notice);
          return Outcome.done();
        }
        case Step.WriteStatus(var claim) -> found = Optional.of(cluster.replaceStatus(claim));
        case Step.Expand expand -> {
          return expand(expand, seen);
        }
        case Step.ExpandOnNode(Volume volume) -> {
          return expanded(seen, volume, seen.claim().requested(), true);
        }
      }
    }
    return Outcome.done();
  }

  private Seen see(Claim claim) {
    return new Seen(
        claim,
        claim.volumeName().flatMap(name -> cluster.get(Kind.VOLUME, Key.of(name))).map(Volume::new),
        claim
            .className()
            .filter(name -> !name.isEmpty())
            .flatMap(name -> cluster.get(Kind.STORAGE_CLASS, Key.of(name)))
            .map(Klass::new),
        clock.instant());
  }

  private Outcome expand(Step.Expand step, Seen seen) {
    cluster.event(
        Notice.normal(
            seen.claim().raw(),
            "Resizing",
            "External resizer is resizing volume " + step.volume().name()));
    Map<String, String> given;
    try {
      given =
          secrets.read(
              step.volume().csi().map(CSIPersistentVolumeSource::getControllerExpandSecretRef));
    } catch (UnreadableSecretException e) {
      return failed(seen, step.volume(), e.why());
    }
    return switch (driver.controllerExpand(
        step.request().toBuilder().putAllSecrets(given).build())) {
      case Answer.Done<ControllerExpandVolumeResponse>(var response) ->
          expanded(
              seen,
              step.volume(),
              new Bytes(response.getCapacityBytes()),
              response.getNodeExpansionRequired() && driver.capabilities().nodeExpand());
      case Answer.Refused<ControllerExpandVolumeResponse>(Status.Code code, String why) ->
          refused(seen, step.volume(), code, why);
      case Answer.StillRunning<ControllerExpandVolumeResponse>(String why) ->
          failed(seen, step.volume(), why);
      case Answer.TryAnotherNode<ControllerExpandVolumeResponse>(String why) ->
          failed(seen, step.volume(), why);
    };
  }

  private Outcome expanded(Seen seen, Volume volume, Bytes size, boolean onNode) {
    Claim claim = seen.claim();
    writeVolume(claim, volume, size, onNode);
    if (onNode) {
      cluster.replaceStatus(ResizeStatus.pendingOnNode(claim, seen.now()));
      cluster.event(
          Notice.normal(
              claim.raw(),
              "FileSystemResizeRequired",
              "Require file system resize of volume on node"));
      return Outcome.done();
    }
    PersistentVolumeClaim noted = cluster.replace(noNodeExpansion(claim));
    cluster.replaceStatus(ResizeStatus.finished(new Claim(noted), size));
    cluster.event(Notice.normal(claim.raw(), "VolumeResizeSuccessful", "Resize volume succeeded"));
    return Outcome.done();
  }

  private static PersistentVolumeClaim noNodeExpansion(Claim claim) {
    return new PersistentVolumeClaimBuilder(claim.raw())
        .editMetadata()
        .addToAnnotations(Names.NODE_EXPANSION_NOT_REQUIRED, "true")
        .endMetadata()
        .build();
  }

  /** The PV tells the new size, and the old one while the filesystem still has it. */
  private void writeVolume(Claim claim, Volume volume, Bytes size, boolean onNode) {
    if (size.compareTo(volume.capacity()) <= 0) {
      return; // written before we were stopped
    }
    PersistentVolumeBuilder larger =
        new PersistentVolumeBuilder(volume.raw())
            .editSpec()
            .addToCapacity("storage", size.toQuantity())
            .endSpec();
    if (onNode) {
      larger
          .editMetadata()
          .addToAnnotations(Names.PRE_RESIZE_CAPACITY, claim.capacity().toString())
          .endMetadata();
    }
    cluster.replace(larger.build());
  }

  private Outcome refused(Seen seen, Volume volume, Status.Code code, String why) {
    boolean infeasible = INFEASIBLE.contains(code);
    String word =
        infeasible ? ResizeStatus.CONTROLLER_INFEASIBLE : ResizeStatus.CONTROLLER_IN_PROGRESS;
    cluster.replaceStatus(ResizeStatus.failed(seen.claim(), word, why, seen.now()));
    Outcome outcome = failed(seen, volume, why);
    return infeasible ? Outcome.again(SLOW_RETRY) : outcome;
  }

  private Outcome failed(Seen seen, Volume volume, String why) {
    cluster.event(
        Notice.warning(
            seen.claim().raw(),
            "VolumeResizeFailed",
            "resize volume \""
                + volume.name()
                + "\" by resizer \""
                + driver.name()
                + "\" failed: "
                + why));
    return Outcome.failed(why);
  }
}
