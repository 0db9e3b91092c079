package dev.berth.provisioner.claim;

import dev.berth.provisioner.binding.Match;
import dev.berth.provisioner.cluster.Notice;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Home;
import dev.berth.provisioner.object.Klass;
import dev.berth.provisioner.object.Names;
import dev.berth.provisioner.object.Volume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import java.util.Optional;

/**
 * What comes next for a claim: alone, as kube-controller-manager and external-provisioner would
 * together do it; beside kube-controller-manager, {@link BesideDecision} leaves it its part. Pure:
 * the same sight gives the same step.
 */
final class ClaimDecision {
  private final Home home;
  private final Making making;
  private final BesideDecision beside;

  ClaimDecision(Home home) {
    this.home = home;
    this.making = new Making(home);
    this.beside = new BesideDecision(home, making);
  }

  Step decide(Seen seen) {
    Claim claim = seen.claim();
    return switch (seen.share()) {
      case BINDING, PROVISIONING -> beside.decide(seen);
      case EVERYTHING -> claim.deleting() ? making.leave(seen) : choose(seen);
      case MATCHING -> claim.deleting() || isMadeByNode(seen) ? new Step.Nothing() : choose(seen);
    };
  }

  /** Whoever made a volume of our driver for its claim binds them, too. */
  private boolean isMadeByNode(Seen seen) {
    return seen.volume()
        .filter(volume -> Requests.isMadeFor(seen.claim(), volume))
        .filter(volume -> volume.belongsTo(home.driver()))
        .isPresent();
  }

  private Step choose(Seen seen) {
    Claim claim = seen.claim();
    return claim.volumeName().map(name -> named(seen, name)).orElseGet(() -> unnamed(seen));
  }

  private Step named(Seen seen, String name) {
    Claim claim = seen.claim();
    if (seen.volume().isEmpty()) {
      // A person may name a volume that is yet to come; a completed claim had one.
      return claim.bindCompleted()
          ? new Step.ConfirmLost(name)
          : pending(claim, new Step.Tell(notYet(claim, name)));
    }
    Volume volume = seen.volume().get();
    if (volume.names(claim)) {
      return bind(seen, volume);
    }
    if (volume.claimRef().isPresent()) {
      return claim.bindCompleted() ? misbound(claim) : pending(claim, taken(claim, volume));
    }
    if (claim.bindCompleted()) {
      return Binding.next(claim, volume);
    }
    return Match.problem(volume, claim)
        .map(why -> pending(claim, mismatch(claim, why)))
        .orElseGet(() -> bind(seen, volume));
  }

  /** A claim in custody has perhaps a volume of its own already, which must not be forgotten. */
  private Step bind(Seen seen, Volume volume) {
    boolean another = !Requests.isMadeFor(seen.claim(), volume);
    if (another && seen.claim().hasFinalizer(Names.CREATING_FINALIZER)) {
      return seen.share() == Share.MATCHING
          ? new Step.Nothing() // the node that makes it ends what it has begun
          : making.leave(seen);
    }
    return Binding.next(seen.claim(), volume);
  }

  static Step misbound(Claim claim) {
    return Phases.claim(
        claim,
        "Lost",
        Notice.warning(
            claim.raw(),
            "ClaimMisbound",
            "Two claims are bound to the same volume, this one is bound incorrectly"));
  }

  /** Nobody else would say why the claim waits. */
  private static Notice notYet(Claim claim, String volume) {
    return Notice.normal(
        claim.raw(),
        "FailedBinding",
        "spec.volumeName: persistentvolume \""
            + volume
            + "\" not found; the claim is bound when it is created");
  }

  private static Step taken(Claim claim, Volume volume) {
    return new Step.Tell(
        Notice.warning(
            claim.raw(),
            "FailedBinding",
            "volume \"" + volume.name() + "\" already bound to a different claim."));
  }

  private static Step mismatch(Claim claim, String why) {
    return new Step.Tell(
        Notice.warning(
            claim.raw(),
            "VolumeMismatch",
            "Cannot bind to requested volume \"" + claim.volumeName().orElse("") + "\": " + why));
  }

  private Step unnamed(Seen seen) {
    Claim claim = seen.claim();
    if (claim.bindCompleted()) {
      return Phases.lostReference(claim);
    }
    // One that was made for the claim is its own even when a person has deleted it: else it would
    // wait for its claim to go, and the claim for its name to be free.
    Optional<Volume> chosen =
        seen.volume()
            .filter(
                v ->
                    Match.isFree(v)
                        || Requests.isMadeFor(claim, v)
                        || (v.names(claim) && Match.holds(v, claim)));
    if (chosen.isPresent()) {
      return bind(seen, chosen.get());
    }
    return switch (seen.klass()) {
      case Seen.ClassChoice.None() -> pending(claim, new Step.Tell(noClass(claim)));
      case Seen.ClassChoice.Missing(String name) ->
          pending(claim, failed(claim, "storageclass.storage.k8s.io \"" + name + "\" not found"));
      case Seen.ClassChoice.Default(Klass klass) ->
          new Step.WriteClaim(
              new PersistentVolumeClaimBuilder(claim.raw())
                  .editSpec()
                  .withStorageClassName(klass.name())
                  .endSpec()
                  .build());
      case Seen.ClassChoice.Found(Klass klass) -> pending(claim, provision(seen, klass));
    };
  }

  private static Notice noClass(Claim claim) {
    return Notice.normal(
        claim.raw(),
        "FailedBinding",
        "no persistent volumes available for this claim and no storage class is set");
  }

  private Step provision(Seen seen, Klass klass) {
    Claim claim = seen.claim();
    if (klass.waitsForConsumer() && claim.selectedNode().isEmpty()) {
      return new Step.Tell(
          Notice.normal(
              claim.raw(),
              "WaitForFirstConsumer",
              "waiting for first consumer to be created before binding"));
    }
    if (klass.provisioner().equals(Names.NO_PROVISIONER)) {
      return failed(claim, "no volume plugin matched name: " + Names.NO_PROVISIONER);
    }
    if (!klass.provisioner().equals(home.driver())) {
      return Provisioner.isAsked(claim, klass)
          ? waitForOther(claim, klass)
          : Provisioner.ask(claim, klass);
    }
    boolean elsewhere = claim.selectedNode().filter(node -> !node.equals(home.node())).isPresent();
    if (elsewhere || seen.share() == Share.MATCHING) {
      return new Step.Nothing(); // that node's instance makes it
    }
    return making.make(seen, klass);
  }

  private static Step waitForOther(Claim claim, Klass klass) {
    return new Step.Tell(
        Notice.normal(
            claim.raw(),
            "ExternalProvisioning",
            "Waiting for a volume to be created either by the external provisioner '"
                + klass.provisioner()
                + "' or manually by the system administrator. If volume creation is delayed, please"
                + " verify that the provisioner is running and correctly registered."));
  }

  private static Step failed(Claim claim, String message) {
    return Making.failed(claim, message);
  }

  /** The step, but first the claim must say that it is pending. */
  private static Step pending(Claim claim, Step then) {
    return claim.phase().equals("Pending") ? then : Phases.claim(claim, "Pending");
  }
}
