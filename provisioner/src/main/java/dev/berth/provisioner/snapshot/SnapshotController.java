package dev.berth.provisioner.snapshot;

import dev.berth.provisioner.cluster.Change;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.ClusterException;
import dev.berth.provisioner.cluster.Index;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Notice;
import dev.berth.provisioner.cluster.Preconditions;
import dev.berth.provisioner.cluster.Subscription;
import dev.berth.provisioner.cluster.extension.SnapshotError;
import dev.berth.provisioner.cluster.extension.VolumeSnapshot;
import dev.berth.provisioner.cluster.extension.VolumeSnapshot.Status;
import dev.berth.provisioner.cluster.extension.VolumeSnapshotContent;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.DataSource;
import dev.berth.provisioner.queue.Controller;
import dev.berth.provisioner.queue.Outcome;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** From a VolumeSnapshot to its content, and from that to its status. Keys are VolumeSnapshots. */
public final class SnapshotController implements Controller {
  /** A snapshot needs six; more means that a decision does not see its own effect. */
  private static final int MOST_STEPS = 16;

  private final Cluster cluster;
  private final SnapshotReader reader;
  private final SnapshotDecision decision;
  private final InstantSource clock;

  /** A controller for the volumes of one driver. */
  public SnapshotController(Cluster cluster, String driver, InstantSource clock) {
    this.cluster = cluster;
    this.reader = new SnapshotReader(cluster, driver, clock);
    this.decision = new SnapshotDecision(driver);
    this.clock = clock;
  }

  @Override
  public String name() {
    return "snapshots";
  }

  @Override
  public List<Subscription> watch(Consumer<Key> enqueue) {
    return List.of(
        cluster.watch(Kind.SNAPSHOT, change -> snapshotChanged(change, enqueue)),
        cluster.watch(Kind.SNAPSHOT_CONTENT, change -> contentChanged(change, enqueue)),
        cluster.watch(Kind.CLAIM, change -> claimChanged(change, enqueue)),
        cluster.watch(Kind.SNAPSHOT_CLASS, _ -> waiting().forEach(enqueue)));
  }

  /** An error that this controller wrote itself must not cut short the wait for a retry. */
  private static void snapshotChanged(Change<VolumeSnapshot> change, Consumer<Key> enqueue) {
    if (change instanceof Change.Modified<VolumeSnapshot>(var before, var after)
        && before.getSpec().equals(after.getSpec())
        && before.deleting() == after.deleting()
        && before.getFinalizers().equals(after.getFinalizers())
        && before.boundContent().equals(after.boundContent())) {
      return;
    }
    enqueue.accept(change.key());
  }

  private static void contentChanged(Change<VolumeSnapshotContent> change, Consumer<Key> enqueue) {
    var owner = change.object().getSpec().owner();
    if (owner.getName() != null && owner.getNamespace() != null) {
      enqueue.accept(Key.of(owner.getNamespace(), owner.getName()));
    }
  }

  /** Those that are to be cut from it, and the one that it is filled from. */
  private void claimChanged(Change<PersistentVolumeClaim> change, Consumer<Key> enqueue) {
    Claim claim = new Claim(change.object());
    String namespace = claim.key().namespace();
    if (DataSource.of(claim) instanceof DataSource.OfSnapshot(String name)) {
      enqueue.accept(Key.of(namespace, name));
    }
    cluster.list(Kind.SNAPSHOT, Index.BY_NAMESPACE, namespace).stream()
        .filter(s -> s.getSpec().from().claim().filter(claim.key().name()::equals).isPresent())
        .map(Key::of)
        .forEach(enqueue);
  }

  private Stream<Key> waiting() {
    return cluster.list(Kind.SNAPSHOT).stream()
        .filter(snapshot -> !snapshot.status().ready())
        .map(Key::of);
  }

  @Override
  public Outcome reconcile(Key key) {
    for (int step = 0; step < MOST_STEPS; step++) {
      Optional<Seen> seen = reader.read(key);
      if (seen.isEmpty()) {
        return Outcome.done();
      }
      Optional<Outcome> ended = act(decision.decide(seen.get()), seen.get().snapshot());
      if (ended.isPresent()) {
        return ended.get();
      }
    }
    return Outcome.failed("somebody undoes what is done: looking afresh");
  }

  /** Empty as long as there is more to do. */
  private Optional<Outcome> act(Step step, VolumeSnapshot snapshot) {
    switch (step) {
      case Step.Nothing() -> {
        return Optional.of(Outcome.done());
      }
      case Step.Tell(Notice notice) -> {
        cluster.event(notice);
        return Optional.of(Outcome.done());
      }
      case Step.Report(String reason, String why) -> {
        return Optional.of(report(snapshot, reason, why));
      }
      case Step.WriteSnapshot(var changed) -> cluster.replace(changed);
      case Step.WriteStatus(var changed, var news) -> {
        cluster.replaceStatus(changed);
        news.forEach(cluster::event);
      }
      case Step.WriteClaim(var claim) -> cluster.replace(claim);
      case Step.CreateContent(var content, var notice) -> create(content, notice);
      case Step.WriteContent(var content) -> cluster.replace(content);
      case Step.DeleteContent(var content) ->
          cluster.delete(Kind.SNAPSHOT_CONTENT, Key.of(content), Preconditions.sameObject(content));
    }
    return Optional.empty();
  }

  private void create(VolumeSnapshotContent content, Notice notice) {
    try {
      cluster.create(content);
      cluster.event(notice);
    } catch (ClusterException.AlreadyExists _) {
      // written by us before we were stopped: the next look finds it
    }
  }

  private Outcome report(VolumeSnapshot snapshot, String reason, String why) {
    cluster.event(Notice.warning(snapshot, reason, why));
    Status was = snapshot.status();
    SnapshotError before = was.error();
    if (before == null || !why.equals(before.message()) || was.ready()) {
      SnapshotError error = new SnapshotError(Times.text(clock.instant()), why);
      cluster.replaceStatus(
          snapshot.with(
              new Status(
                  was.boundVolumeSnapshotContentName(),
                  was.creationTime(),
                  false,
                  was.restoreSize(),
                  error,
                  was.volumeGroupSnapshotName())));
    }
    return Outcome.failed(why);
  }
}
