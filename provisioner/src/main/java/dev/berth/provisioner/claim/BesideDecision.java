package dev.berth.provisioner.claim;

import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Home;
import dev.berth.provisioner.object.Klass;
import dev.berth.provisioner.object.Names;
import dev.berth.provisioner.object.Volume;
import java.util.Optional;

/**
 * What comes next for a claim beside kube-controller-manager, which sets phases, matches existing
 * volumes, gives default classes and, unless we may, binds. A claim is ours once its selected node
 * is: of one that waits for its consumer the scheduler says so, of any other our own controller
 * role. Pure.
 */
final class BesideDecision {
  private final Home home;
  private final Making making;

  BesideDecision(Home home, Making making) {
    this.home = home;
    this.making = making;
  }

  Step decide(Seen seen) {
    Claim claim = seen.claim();
    Optional<Volume> made = seen.volume().filter(volume -> home.has(volume) && volume.isOf(claim));
    if (made.isPresent()) {
      return made(seen, made.get());
    }
    boolean here = claim.selectedNode().filter(home.node()::equals).isPresent();
    if (!here) {
      return new Step.Nothing(); // another node's, or nobody's yet
    }
    if (claim.deleting() || claim.volumeName().isPresent()) {
      return making.leave(seen); // a volume that it no longer needs may be being made
    }
    return seen.klass() instanceof Seen.ClassChoice.Found(Klass klass) && turn(seen, klass)
        ? making.make(seen, klass)
        : new Step.Nothing();
  }

  /** We must not go ahead of kube-controller-manager where we cannot finish without it. */
  private boolean turn(Seen seen, Klass klass) {
    return klass.provisioner().equals(home.driver())
        && (seen.share() == Share.BINDING || seen.claim().asks(home.driver()));
  }

  private Step made(Seen seen, Volume volume) {
    Claim claim = seen.claim();
    boolean elsewhere = claim.volumeName().filter(name -> !name.equals(volume.name())).isPresent();
    boolean ours = volume.belongsTo(home.driver()) && claim.asks(home.driver());
    if (seen.share() == Share.BINDING && ours && !elsewhere && !claim.deleting()) {
      return Binding.next(claim, volume);
    }
    return claim.hasFinalizer(Names.CREATING_FINALIZER)
        ? Finalizers.release(claim) // its PV knows the volume now
        : new Step.Nothing();
  }
}
