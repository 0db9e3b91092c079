package dev.berth.provisioner.modification;

import dev.berth.csi.v1.ControllerModifyVolumeRequest;
import dev.berth.csi.v1.ControllerModifyVolumeResponse;
import dev.berth.provisioner.cluster.Change;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Notice;
import dev.berth.provisioner.cluster.Subscription;
import dev.berth.provisioner.csi.Answer;
import dev.berth.provisioner.csi.CsiDriver;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Names;
import dev.berth.provisioner.object.Volume;
import dev.berth.provisioner.queue.Controller;
import dev.berth.provisioner.queue.Outcome;
import dev.berth.provisioner.secret.Secrets;
import dev.berth.provisioner.secret.UnreadableSecretException;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.SecretReference;
import io.fabric8.kubernetes.api.model.storage.VolumeAttributesClass;
import io.grpc.Status.Code;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Gives volumes the attributes that their claims ask for. Keys are claims. */
public final class ModificationController implements Controller {
  /** What the driver will not do is tried again this seldom, in case it learns better. */
  private static final Duration SLOW_RETRY = Duration.ofMinutes(5);

  private static final int MOST_STEPS = 8;

  private final Cluster cluster;
  private final CsiDriver driver;
  private final InstantSource clock;
  private final ModificationDecision decision;
  private final Secrets secrets;

  /** A controller for the volumes of one driver. */
  public ModificationController(Cluster cluster, CsiDriver driver, InstantSource clock) {
    this.cluster = cluster;
    this.driver = driver;
    this.clock = clock;
    this.decision = new ModificationDecision(driver.name(), driver.capabilities());
    this.secrets = new Secrets(cluster);
  }

  @Override
  public String name() {
    return "modification";
  }

  @Override
  public List<Subscription> watch(Consumer<Key> enqueue) {
    return List.of(
        cluster.watch(Kind.CLAIM, change -> claimChanged(change, enqueue)),
        cluster.watch(Kind.ATTRIBUTES_CLASS, change -> classChanged(change, enqueue)));
  }

  /** What this controller itself writes into the status must not cut short the wait for a retry. */
  private static void claimChanged(Change<PersistentVolumeClaim> change, Consumer<Key> enqueue) {
    if (change instanceof Change.Modified<PersistentVolumeClaim>(var before, var after)) {
      Claim was = new Claim(before);
      Claim is = new Claim(after);
      if (was.attributesClass().equals(is.attributesClass()) && was.phase().equals(is.phase())) {
        return;
      }
    }
    enqueue.accept(change.key());
  }

  private void classChanged(Change<VolumeAttributesClass> change, Consumer<Key> enqueue) {
    cluster.list(Kind.CLAIM).stream()
        .map(Claim::new)
        .filter(c -> c.attributesClass().filter(change.key().name()::equals).isPresent())
        .map(Claim::key)
        .forEach(enqueue);
  }

  @Override
  public Outcome reconcile(Key key) {
    for (int step = 0; step < MOST_STEPS; step++) {
      Optional<Seen> seen = cluster.get(Kind.CLAIM, key).map(Claim::new).map(this::see);
      if (seen.isEmpty()) {
        return Outcome.done();
      }
      switch (decision.decide(seen.get())) {
        case Step.Nothing() -> {
          return Outcome.done();
        }
        case Step.WriteStatus(var claim, var notice) -> {
          cluster.replaceStatus(claim);
          notice.ifPresent(cluster::event);
        }
        case Step.Modify(var volume, var request) -> {
          return modify(seen.get(), volume, request);
        }
      }
    }
    return Outcome.failed("somebody undoes what is done: looking afresh");
  }

  private Seen see(Claim claim) {
    return new Seen(
        claim,
        claim.volumeName().flatMap(name -> cluster.get(Kind.VOLUME, Key.of(name))).map(Volume::new),
        claim.attributesClass().flatMap(name -> cluster.get(Kind.ATTRIBUTES_CLASS, Key.of(name))),
        clock.instant());
  }

  private Outcome modify(Seen seen, Volume volume, ControllerModifyVolumeRequest request) {
    Map<String, String> given;
    try {
      given = secrets.read(secret(volume));
    } catch (UnreadableSecretException e) {
      return failed(seen, e.why());
    }
    return switch (driver.modify(request.toBuilder().putAllSecrets(given).build())) {
      case Answer.Done<ControllerModifyVolumeResponse> _ -> modified(seen, volume);
      case Answer.StillRunning<ControllerModifyVolumeResponse>(String why) -> failed(seen, why);
      case Answer.TryAnotherNode<ControllerModifyVolumeResponse>(String why) -> failed(seen, why);
      case Answer.Refused<ControllerModifyVolumeResponse>(Code code, String why) ->
          refused(seen, code, why);
    };
  }

  private static Optional<SecretReference> secret(Volume volume) {
    return volume
        .annotation(Names.MODIFY_SECRET_NAME)
        .filter(name -> !name.isEmpty())
        .map(
            name ->
                new SecretReference(
                    name, volume.annotation(Names.MODIFY_SECRET_NAMESPACE).orElse("")));
  }

  /** First the PV, then the claim: between the two the claim asks again, and nothing changes. */
  private Outcome modified(Seen seen, Volume volume) {
    Claim claim = seen.claim();
    String target = ModifyStatus.target(claim);
    if (!target.equals(volume.raw().getSpec().getVolumeAttributesClassName())) {
      cluster.replace(
          new PersistentVolumeBuilder(volume.raw())
              .editSpec()
              .withVolumeAttributesClassName(target)
              .endSpec()
              .build());
    }
    cluster.replaceStatus(ModifyStatus.finished(claim, target));
    cluster.event(
        Notice.normal(
            claim.raw(),
            "VolumeModifySuccessful",
            "external resizer modified volume "
                + volume.name()
                + " with vac "
                + target
                + " successfully"));
    return Outcome.done();
  }

  private Outcome refused(Seen seen, Code code, String why) {
    boolean infeasible = code == Code.INVALID_ARGUMENT;
    String word = infeasible ? ModifyStatus.INFEASIBLE : ModifyStatus.IN_PROGRESS;
    String reason = infeasible ? "Infeasible" : "Failed";
    cluster.replaceStatus(ModifyStatus.failed(seen.claim(), word, reason, why, seen.now()));
    Outcome outcome = failed(seen, why);
    return infeasible ? Outcome.again(SLOW_RETRY) : outcome;
  }

  private Outcome failed(Seen seen, String why) {
    cluster.event(
        Notice.warning(
            seen.claim().raw(),
            "VolumeModifyFailed",
            "volume modification with vac "
                + ModifyStatus.target(seen.claim())
                + " failed: "
                + why));
    return Outcome.failed(why);
  }
}
