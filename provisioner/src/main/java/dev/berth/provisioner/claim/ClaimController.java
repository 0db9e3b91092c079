package dev.berth.provisioner.claim;

import dev.berth.provisioner.binding.Match;
import dev.berth.provisioner.capacity.Reports;
import dev.berth.provisioner.cluster.Change;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.ClusterException;
import dev.berth.provisioner.cluster.Index;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Subscription;
import dev.berth.provisioner.csi.Capabilities;
import dev.berth.provisioner.csi.CsiDriver;
import dev.berth.provisioner.metrics.Meter;
import dev.berth.provisioner.metrics.Meters;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Home;
import dev.berth.provisioner.object.Names;
import dev.berth.provisioner.object.Volume;
import dev.berth.provisioner.queue.Controller;
import dev.berth.provisioner.queue.Outcome;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Provisions and binds claims, where nobody else does. Keys are claims. */
public final class ClaimController implements Controller {
  /** A claim needs seven; more means that a decision does not see its own effect. */
  private static final int MOST_STEPS = 16;

  /** The name of no Node: where nothing is ever made. */
  private static final String NO_NODE = "";

  private static final Duration SOON = Duration.ofMillis(20);

  private final Cluster cluster;
  private final ClaimReader reader;
  private final ClaimDecision decision;
  private final Maker maker;
  private final Meters meters;

  /** Whether all that a volume may be made of is served here. */
  private final boolean alone;

  /** A controller for the classes of one driver on one node, which is alone. */
  public ClaimController(Cluster cluster, CsiDriver driver, Home home) {
    this(cluster, driver, home, () -> Share.EVERYTHING, Reports.NONE, true);
  }

  /**
   * A controller for the classes of one driver on one node.
   *
   * @param share asked for each claim how much of it is ours
   */
  public ClaimController(
      Cluster cluster, CsiDriver driver, Home home, Supplier<Share> share, Reports reports) {
    this(cluster, driver, home, share, reports, false);
  }

  private ClaimController(
      Cluster cluster,
      CsiDriver driver,
      Home home,
      Supplier<Share> share,
      Reports reports,
      boolean alone) {
    this(
        cluster,
        new ClaimReader(cluster, share),
        home,
        new Provisioning(cluster, driver, home, reports.room(), reports.meters()),
        reports.meters(),
        alone);
  }

  private ClaimController(
      Cluster cluster, ClaimReader reader, Home home, Maker maker, Meters meters, boolean alone) {
    this.alone = alone;
    this.cluster = cluster;
    this.reader = reader;
    this.decision = new ClaimDecision(home);
    this.maker = maker;
    this.meters = meters;
  }

  /**
   * A controller for all claims of a cluster whose kube-controller-manager does not bind: those of
   * this driver that need a new volume are left to its nodes.
   */
  public static ClaimController matching(Cluster cluster, String driver, Meters meters) {
    var home =
        new Home(
            driver,
            new Capabilities(Set.of(), Set.of(), Set.of()),
            NO_NODE,
            Optional.empty(),
            false,
            "");
    return new ClaimController(
        cluster, new ClaimReader(cluster, () -> Share.MATCHING), home, Maker.NONE, meters, false);
  }

  @Override
  public String name() {
    return "claims";
  }

  @Override
  public List<Subscription> watch(Consumer<Key> enqueue) {
    List<Subscription> watches =
        new ArrayList<>(
            List.of(
                cluster.watch(Kind.CLAIM, change -> claimChanged(change, enqueue)),
                cluster.watch(Kind.VOLUME, change -> volumeChanged(change, enqueue)),
                cluster.watch(Kind.STORAGE_CLASS, change -> classChanged(change, enqueue))));
    if (alone) {
      watches.addAll(SourceWatches.watch(cluster, enqueue));
    }
    return watches;
  }

  /**
   * What this controller itself writes before and after a call must not cut short the wait for a
   * retry.
   */
  private static void claimChanged(Change<PersistentVolumeClaim> change, Consumer<Key> enqueue) {
    if (change instanceof Change.Modified<PersistentVolumeClaim>(var before, var after)) {
      boolean taken = // into custody: then the annotations are ours as well
          !new Claim(before).hasFinalizer(Names.CREATING_FINALIZER)
              && new Claim(after).hasFinalizer(Names.CREATING_FINALIZER);
      if (sameButForOurs(before, after, taken)) {
        return;
      }
    }
    enqueue.accept(change.key());
  }

  private static boolean sameButForOurs(
      PersistentVolumeClaim before, PersistentVolumeClaim after, boolean taken) {
    ObjectMeta was = before.getMetadata();
    ObjectMeta is = after.getMetadata();
    return annotations(was, taken).equals(annotations(is, taken))
        && Objects.equals(was.getLabels(), is.getLabels())
        && Objects.equals(was.getDeletionTimestamp(), is.getDeletionTimestamp())
        && Objects.equals(was.getOwnerReferences(), is.getOwnerReferences())
        && Objects.equals(before.getSpec(), after.getSpec())
        && Objects.equals(before.getStatus(), after.getStatus());
  }

  private static Map<String, String> annotations(ObjectMeta meta, boolean taken) {
    Map<String, String> all = Objects.requireNonNullElse(meta.getAnnotations(), Map.of());
    if (!taken) {
      return all;
    }
    Map<String, String> others = new HashMap<>(all);
    others.remove(Names.STORAGE_PROVISIONER);
    others.remove(Names.BETA_STORAGE_PROVISIONER);
    return others;
  }

  private void volumeChanged(Change<PersistentVolume> change, Consumer<Key> enqueue) {
    new Volume(change.object()).claimKey().ifPresent(enqueue);
    cluster
        .list(Kind.CLAIM, Index.CLAIM_BY_VOLUME, change.key().name())
        .forEach(claim -> enqueue.accept(Key.of(claim)));
    Volume volume = new Volume(change.object());
    if (Match.isFree(volume)) {
      unboundOf(volume.className()).forEach(enqueue);
    }
  }

  /** A class that comes may be the one that unbound claims wait for, or the new default. */
  private void classChanged(Change<StorageClass> change, Consumer<Key> enqueue) {
    for (String name : List.of(change.key().name(), "")) {
      unboundOf(name).forEach(enqueue);
    }
  }

  private Stream<Key> unboundOf(String className) {
    return cluster.list(Kind.CLAIM, Index.CLAIM_BY_CLASS, className).stream()
        .map(Claim::new)
        .filter(claim -> !claim.phase().equals("Bound"))
        .map(Claim::key);
  }

  @Override
  public Outcome reconcile(Key key) {
    Optional<Outcome> unfinished = maker.finishForgotten(key);
    if (unfinished.isPresent()) {
      return unfinished.get();
    }
    return reader.read(key).map(this::bringOn).orElseGet(Outcome::done);
  }

  /** One effect after the other, each followed by a new decision, until there is nothing to do. */
  private Outcome bringOn(Seen first) {
    Seen seen = first;
    if (first.volume().filter(volume -> Requests.isMadeFor(first.claim(), volume)).isPresent()) {
      maker.settled(first.claim().key());
    }
    for (int step = 0; step < MOST_STEPS; step++) {
      switch (next(seen)) {
        case Progress.Ended(Outcome outcome) -> {
          return outcome;
        }
        case Progress.Changed(Seen after) -> seen = after;
      }
    }
    return Outcome.failed("somebody undoes what is done: looking afresh");
  }

  /** One effect; where somebody else wrote first, no effect but another look. */
  private Progress next(Seen seen) {
    try {
      Seen now = reader.sharedNow(seen);
      return act(decision.decide(now), now);
    } catch (ClusterException.Conflict _) {
      return reader
          .readLive(seen)
          .<Progress>map(Progress.Changed::new)
          .orElseGet(() -> new Progress.Ended(Outcome.again(SOON)));
    }
  }

  private Progress act(Step step, Seen seen) {
    return switch (step) {
      case Step.Nothing() -> new Progress.Ended(Outcome.done());
      case Step.Tell(var notice) -> {
        cluster.event(notice);
        yield new Progress.Ended(Outcome.done());
      }
      case Step.WriteClaim(var claim) -> written(cluster.replace(claim), seen);
      case Step.WriteClaimStatus(var claim, var notice) -> {
        PersistentVolumeClaim written = cluster.replaceStatus(claim);
        notice.ifPresent(cluster::event);
        if (new Claim(written).phase().equals("Bound")) {
          meters.count(Meter.BIND_TOTAL);
        }
        yield new Progress.Changed(seen.with(written));
      }
      case Step.WriteVolume(var volume) -> new Progress.Changed(seen.with(cluster.replace(volume)));
      case Step.WriteVolumeStatus(var volume) ->
          new Progress.Changed(seen.with(cluster.replaceStatus(volume)));
      case Step.Protect(var source) -> {
        cluster.replace(source);
        yield reader
            .read(seen.claim().key())
            .<Progress>map(Progress.Changed::new)
            .orElseGet(() -> new Progress.Ended(Outcome.done()));
      }
      case Step.Provision provision -> maker.provision(provision, seen);
      case Step.CleanUp cleanUp -> maker.cleanUp(cleanUp, seen);
      case Step.ConfirmLost(String volume) -> confirmLost(volume, seen);
    };
  }

  /** With a class of its own a claim may have another choice of volumes. */
  private Progress written(PersistentVolumeClaim claim, Seen before) {
    return before.klass() instanceof Seen.ClassChoice.Default
            && new Claim(claim).className().isPresent()
        ? reader
            .read(before.claim().key())
            .<Progress>map(Progress.Changed::new)
            .orElseGet(() -> new Progress.Ended(Outcome.done()))
        : new Progress.Changed(before.with(claim));
  }

  private Progress confirmLost(String volumeName, Seen seen) {
    Optional<PersistentVolume> live = cluster.getLive(Kind.VOLUME, Key.of(volumeName));
    if (live.isPresent()) {
      return new Progress.Changed(seen.with(live.get()));
    }
    return act(Phases.lost(seen.claim()), seen);
  }
}
