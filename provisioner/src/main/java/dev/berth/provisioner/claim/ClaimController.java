package dev.berth.provisioner.claim;

import dev.berth.provisioner.cluster.Change;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Index;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Subscription;
import dev.berth.provisioner.csi.CsiDriver;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Home;
import dev.berth.provisioner.object.Names;
import dev.berth.provisioner.object.Volume;
import dev.berth.provisioner.queue.Controller;
import dev.berth.provisioner.queue.Outcome;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Provisions and binds claims, where nobody else does. Keys are claims. */
public final class ClaimController implements Controller {
  /** A claim needs seven; more means that a decision does not see its own effect. */
  private static final int MOST_STEPS = 16;

  private final Cluster cluster;
  private final ClaimReader reader;
  private final ClaimDecision decision;
  private final Provisioning provisioning;

  /** A controller for the classes of one driver on one node. */
  public ClaimController(Cluster cluster, CsiDriver driver, Home home) {
    this.cluster = cluster;
    this.reader = new ClaimReader(cluster);
    this.decision = new ClaimDecision(home);
    this.provisioning = new Provisioning(cluster, driver, home);
  }

  @Override
  public String name() {
    return "claims";
  }

  @Override
  public List<Subscription> watch(Consumer<Key> enqueue) {
    return List.of(
        cluster.watch(Kind.CLAIM, change -> claimChanged(change, enqueue)),
        cluster.watch(Kind.VOLUME, change -> volumeChanged(change, enqueue)),
        cluster.watch(Kind.STORAGE_CLASS, change -> classChanged(change, enqueue)));
  }

  /**
   * What this controller itself writes before and after a call must not cut short the wait for a
   * retry.
   */
  private static void claimChanged(Change<PersistentVolumeClaim> change, Consumer<Key> enqueue) {
    if (change instanceof Change.Modified<PersistentVolumeClaim>(var before, var after)
        && withoutOurs(before).equals(withoutOurs(after))) {
      return;
    }
    enqueue.accept(change.key());
  }

  private static PersistentVolumeClaim withoutOurs(PersistentVolumeClaim claim) {
    return new PersistentVolumeClaimBuilder(claim)
        .editMetadata()
        .withResourceVersion(null)
        .withFinalizers(List.of())
        .withManagedFields(List.of())
        .removeFromAnnotations(Names.STORAGE_PROVISIONER)
        .removeFromAnnotations(Names.BETA_STORAGE_PROVISIONER)
        .endMetadata()
        .build();
  }

  private void volumeChanged(Change<PersistentVolume> change, Consumer<Key> enqueue) {
    new Volume(change.object()).claimKey().ifPresent(enqueue);
    cluster
        .list(Kind.CLAIM, Index.CLAIM_BY_VOLUME, change.key().name())
        .forEach(claim -> enqueue.accept(Key.of(claim)));
  }

  /** A class that comes may be the one that unbound claims wait for, or the new default. */
  private void classChanged(Change<StorageClass> change, Consumer<Key> enqueue) {
    for (String name : List.of(change.key().name(), "")) {
      cluster.list(Kind.CLAIM, Index.CLAIM_BY_CLASS, name).stream()
          .map(Claim::new)
          .filter(claim -> !claim.phase().equals("Bound"))
          .forEach(claim -> enqueue.accept(claim.key()));
    }
  }

  @Override
  public Outcome reconcile(Key key) {
    Optional<Outcome> unfinished = provisioning.finishForgotten(key);
    if (unfinished.isPresent()) {
      return unfinished.get();
    }
    return reader.read(key).map(this::bringOn).orElseGet(Outcome::done);
  }

  /** One effect after the other, each followed by a new decision, until there is nothing to do. */
  private Outcome bringOn(Seen first) {
    Seen seen = first;
    if (first.volume().filter(volume -> volume.isOf(first.claim())).isPresent()) {
      provisioning.settled(first.claim().key());
    }
    for (int step = 0; step < MOST_STEPS; step++) {
      switch (act(decision.decide(seen), seen)) {
        case Progress.Ended(Outcome outcome) -> {
          return outcome;
        }
        case Progress.Changed(Seen after) -> seen = after;
      }
    }
    return Outcome.failed("somebody undoes what is done: looking afresh");
  }

  private Progress act(Step step, Seen seen) {
    return switch (step) {
      case Step.Nothing() -> new Progress.Ended(Outcome.done());
      case Step.Tell(var notice) -> {
        cluster.event(notice);
        yield new Progress.Ended(Outcome.done());
      }
      case Step.WriteClaim(var claim) -> new Progress.Changed(seen.with(cluster.replace(claim)));
      case Step.WriteClaimStatus(var claim, var notice) -> {
        PersistentVolumeClaim written = cluster.replaceStatus(claim);
        notice.ifPresent(cluster::event);
        yield new Progress.Changed(seen.with(written));
      }
      case Step.WriteVolume(var volume) -> new Progress.Changed(seen.with(cluster.replace(volume)));
      case Step.WriteVolumeStatus(var volume) ->
          new Progress.Changed(seen.with(cluster.replaceStatus(volume)));
      case Step.Provision provision -> provisioning.provision(provision, seen);
      case Step.CleanUp(var request) -> provisioning.cleanUp(request, seen);
      case Step.ConfirmLost(String volume) -> confirmLost(volume, seen);
    };
  }

  private Progress confirmLost(String volumeName, Seen seen) {
    Optional<PersistentVolume> live = cluster.getLive(Kind.VOLUME, Key.of(volumeName));
    if (live.isPresent()) {
      return new Progress.Changed(seen.with(live.get()));
    }
    return act(Phases.lost(seen.claim()), seen);
  }
}
