package dev.berth.provisioner.claim;

import dev.berth.csi.v1.CreateVolumeRequest;
import dev.berth.csi.v1.CreateVolumeResponse;
import dev.berth.csi.v1.DeleteVolumeResponse;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.csi.Answer;
import dev.berth.provisioner.csi.ClassParameters;
import dev.berth.provisioner.csi.CsiDriver;
import dev.berth.provisioner.csi.InvalidRequestException;
import dev.berth.provisioner.csi.SecretUse;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Home;
import dev.berth.provisioner.object.Klass;
import dev.berth.provisioner.object.Names;
import dev.berth.provisioner.queue.Outcome;
import dev.berth.provisioner.secret.Secrets;
import dev.berth.provisioner.secret.UnreadableSecretException;
import io.grpc.Status;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The claims for which CreateVolume was called and not finally answered. A person may take our
 * finalizer off a claim, or the scheduler choose another node: as long as this process lives, the
 * volume is not forgotten even then.
 */
final class Custody {
  /** A call that was made: what is needed to unmake what it may have made. */
  record Open(Claim claim, Klass klass, CreateVolumeRequest request, Share share) {}

  private final Cluster cluster;
  private final CsiDriver driver;
  private final Home home;
  private final Secrets secrets;
  private final Map<Key, Open> open = new ConcurrentHashMap<>();

  Custody(Cluster cluster, CsiDriver driver, Home home) {
    this.cluster = cluster;
    this.driver = driver;
    this.home = home;
    this.secrets = new Secrets(cluster);
  }

  /** CreateVolume is about to be called. */
  void begin(Open call) {
    open.put(call.claim().key(), call);
  }

  /** The claim's volume has its PV, whose policy decides from now on, or there is none. */
  void end(Key key) {
    open.remove(key);
  }

  /** Nothing is left behind, so the claim is free to go. */
  void release(Claim claim) {
    end(claim.key());
    if (claim.hasFinalizer(Names.CREATING_FINALIZER)) {
      cluster.replace(Finalizers.release(claim).claim());
    }
  }

  /**
   * Unmakes the volume of a claim that went, or went elsewhere, although its call was open. Empty
   * when there is nothing like it.
   */
  Optional<Outcome> finishForgotten(Key key) {
    Open call = open.get(key);
    if (call == null || stillOurs(key, call)) {
      return Optional.empty();
    }
    Optional<String> problem = unmake(call);
    if (problem.isPresent()) {
      return Optional.of(Outcome.failed(problem.get()));
    }
    end(key);
    return Optional.empty();
  }

  private boolean stillOurs(Key key, Open call) {
    return cluster
        .getLive(Kind.CLAIM, key)
        .map(Claim::new)
        .filter(claim -> claim.uid().equals(call.claim().uid()))
        .filter(claim -> call.share() == Share.EVERYTHING || isHere(claim))
        .isPresent();
  }

  /** Whether the volume of the claim is still to be on this node. */
  boolean isHere(Claim claim) {
    return claim.selectedNode().filter(home.node()::equals).isPresent();
  }

  /**
   * Deletes what CreateVolume may have made, unless it has a PV.
   *
   * @return the reason why the volume may still be there; empty when it certainly is not
   */
  Optional<String> unmake(Open call) {
    if (hasPvHere(call.request().getName())) {
      return Optional.empty(); // its policy decides
    }
    Map<String, String> given;
    try {
      given = secretsOf(call);
    } catch (InvalidRequestException e) {
      return Optional.of(e.why());
    } catch (UnreadableSecretException e) {
      return Optional.of(e.why());
    }
    return switch (driver.create(call.request().toBuilder().putAllSecrets(given).build())) {
      case Answer.Done<CreateVolumeResponse>(var response) ->
          delete(response.getVolume().getVolumeId(), given);
      case Answer.Refused<CreateVolumeResponse>(Status.Code code, String why) ->
          code == Status.Code.ALREADY_EXISTS ? Optional.of(why) : Optional.empty();
      case Answer.TryAnotherNode<CreateVolumeResponse> _ -> Optional.empty();
      case Answer.StillRunning<CreateVolumeResponse>(String why) -> Optional.of(why);
    };
  }

  /** The PV of a claim has one name everywhere: another node may have made its own volume first. */
  boolean hasPvHere(String name) {
    return cluster
        .getLive(Kind.VOLUME, Key.of(name))
        .map(dev.berth.provisioner.object.Volume::new)
        .filter(
            volume ->
                volume.label(Names.nodeLabel(home.driver())).map(home.node()::equals).orElse(true))
        .isPresent();
  }

  /** The reason why the volume may still be there; empty when it certainly is not. */
  Optional<String> delete(String volumeId, Map<String, String> given) {
    return switch (driver.delete(volumeId, given)) {
      case Answer.Done<DeleteVolumeResponse> _ -> Optional.empty();
      case Answer.Refused<DeleteVolumeResponse>(var _, String why) -> Optional.of(why);
      case Answer.StillRunning<DeleteVolumeResponse>(String why) -> Optional.of(why);
      case Answer.TryAnotherNode<DeleteVolumeResponse>(String why) -> Optional.of(why);
    };
  }

  /**
   * What the class says that the driver's controller is to be given.
   *
   * @throws InvalidRequestException if the class is wrong
   * @throws UnreadableSecretException if the secret is not there
   */
  Map<String, String> secretsOf(Open call) {
    return secrets.read(
        ClassParameters.of(call.klass().parameters())
            .secret(SecretUse.PROVISIONER, call.claim().raw(), call.request().getName()));
  }
}
