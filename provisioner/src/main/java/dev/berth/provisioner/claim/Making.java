package dev.berth.provisioner.claim;

import dev.berth.provisioner.cluster.Notice;
import dev.berth.provisioner.csi.InvalidRequestException;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.DataSource;
import dev.berth.provisioner.object.Home;
import dev.berth.provisioner.object.Klass;
import dev.berth.provisioner.object.Names;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.util.Optional;

/** What comes next for a claim whose volume is to be made here, or was and is not wanted. Pure. */
final class Making {
  private final Requests requests;
  private final Filling filling;

  Making(Home home) {
    this.filling = new Filling(home);
    this.requests = new Requests(home);
  }

  /**
   * The claim goes, or takes another volume; if we have taken it into custody, CreateVolume may
   * have been called for it.
   */
  Step leave(Seen seen) {
    Claim claim = seen.claim();
    if (!claim.hasFinalizer(Names.CREATING_FINALIZER)) {
      return new Step.Nothing();
    }
    if (seen.volume().filter(volume -> Requests.isMadeFor(claim, volume)).isPresent()
        || hadItsVolume(claim)) {
      return Finalizers.release(claim); // the PV knows, or knew, the volume and outlives the claim
    }
    if (seen.klass() instanceof Seen.ClassChoice.Found(Klass klass)) {
      try {
        return new Step.CleanUp(requests.create(seen, klass), klass);
      } catch (InvalidRequestException e) {
        return new Step.Tell(cannotCleanUp(claim, e.why()));
      }
    }
    return new Step.Tell(
        cannotCleanUp(claim, "its StorageClass " + claim.className().orElse("") + " is gone"));
  }

  /**
   * Whether the claim has been bound to the volume made for it. Then there was a PV, and if it is
   * gone, its volume was deleted with it or is to stay: there may be data in it.
   */
  private static boolean hadItsVolume(Claim claim) {
    return claim.volumeName().filter(Requests.volumeName(claim)::equals).isPresent();
  }

  private static Notice cannotCleanUp(Claim claim, String why) {
    return Notice.warning(
        claim.raw(),
        "ProvisioningCleanupFailed",
        "a volume named pvc-"
            + claim.uid()
            + " may exist and its id cannot be asked for: "
            + why
            + "; create the class again, or delete the volume by hand and take the finalizer "
            + Names.CREATING_FINALIZER
            + " off the claim");
  }

  /** Takes the claim into custody, then makes its volume. */
  Step make(Seen seen, Klass klass) {
    Claim claim = seen.claim();
    try {
      if (DataSource.of(claim) instanceof DataSource.Populator(String kind, String name)) {
        return new Step.Tell(populated(claim, kind, name));
      }
      Requests.checkSelector(claim);
      Requests.checkSecrets(claim, klass);
      if (seen.share() == Share.EVERYTHING) {
        filling.check(seen);
      } else {
        Requests.refuseSources(claim);
      }
      Step.Provision provision = new Step.Provision(requests.create(seen, klass), klass);
      Optional<PersistentVolumeClaim> source = Filling.protect(seen);
      if (source.isPresent()) {
        return new Step.Protect(source.get());
      }
      boolean asked =
          Provisioner.isAsked(claim, klass) && claim.hasFinalizer(Names.CREATING_FINALIZER);
      return asked ? provision : Provisioner.askOurselves(claim, klass);
    } catch (InvalidRequestException e) {
      return failed(claim, Provisioner.failure(klass.name(), e.why()));
    }
  }

  static Step failed(Claim claim, String message) {
    return new Step.Tell(Notice.warning(claim.raw(), "ProvisioningFailed", message));
  }

  static Notice populated(Claim claim, String kind, String name) {
    return Notice.normal(
        claim.raw(),
        "Provisioning",
        "Assuming an external populator will provision the volume: spec.dataSourceRef is "
            + kind
            + " \""
            + name
            + "\"");
  }
}
