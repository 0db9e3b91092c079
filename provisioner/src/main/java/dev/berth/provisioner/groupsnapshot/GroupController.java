package dev.berth.provisioner.groupsnapshot;

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
import dev.berth.provisioner.cluster.extension.VolumeGroupSnapshot;
import dev.berth.provisioner.cluster.extension.VolumeGroupSnapshot.Status;
import dev.berth.provisioner.cluster.extension.VolumeSnapshot;
import dev.berth.provisioner.queue.Controller;
import dev.berth.provisioner.queue.Outcome;
import dev.berth.provisioner.snapshot.Times;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * From a VolumeGroupSnapshot to its content, and from that to its members. Keys are
 * VolumeGroupSnapshots.
 */
public final class GroupController implements Controller {
  /** Three effects a member, and ten for the group; more means that nobody sees them. */
  private static final int MOST_STEPS = 1000;

  private final Cluster cluster;
  private final GroupReader reader;
  private final GroupDecision decision;
  private final InstantSource clock;

  /** A controller for the volumes of one driver. */
  public GroupController(Cluster cluster, String driver, InstantSource clock) {
    this.cluster = cluster;
    this.reader = new GroupReader(cluster, driver);
    this.decision = new GroupDecision(driver);
    this.clock = clock;
  }

  @Override
  public String name() {
    return "group snapshots";
  }

  @Override
  public List<Subscription> watch(Consumer<Key> enqueue) {
    return List.of(
        cluster.watch(Kind.GROUP_SNAPSHOT, change -> groupChanged(change, enqueue)),
        cluster.watch(
            Kind.GROUP_CONTENT,
            change -> {
              var owner = change.object().getSpec().owner();
              if (owner.getName() != null && owner.getNamespace() != null) {
                enqueue.accept(Key.of(owner.getNamespace(), owner.getName()));
              }
            }),
        cluster.watch(Kind.SNAPSHOT, change -> memberChanged(change, enqueue)),
        cluster.watch(Kind.CLAIM, change -> unfinished(change.key().namespace()).forEach(enqueue)),
        cluster.watch(Kind.GROUP_CLASS, _ -> unfinished("").forEach(enqueue)));
  }

  /** An error that this controller wrote itself must not cut short the wait for a retry. */
  private static void groupChanged(Change<VolumeGroupSnapshot> change, Consumer<Key> enqueue) {
    if (change instanceof Change.Modified<VolumeGroupSnapshot>(var before, var after)
        && before.getSpec().equals(after.getSpec())
        && before.deleting() == after.deleting()
        && before.getFinalizers().equals(after.getFinalizers())) {
      return;
    }
    enqueue.accept(change.key());
  }

  private static void memberChanged(Change<VolumeSnapshot> change, Consumer<Key> enqueue) {
    for (OwnerReference owner : change.object().getMetadata().getOwnerReferences()) {
      if (owner.getKind().equals(Kind.GROUP_SNAPSHOT.kind())) {
        enqueue.accept(Key.of(change.key().namespace(), owner.getName()));
      }
    }
  }

  private List<Key> unfinished(String namespace) {
    List<VolumeGroupSnapshot> all =
        namespace.isEmpty()
            ? cluster.list(Kind.GROUP_SNAPSHOT)
            : cluster.list(Kind.GROUP_SNAPSHOT, Index.BY_NAMESPACE, namespace);
    return all.stream()
        .filter(group -> group.deleting() || !group.status().ready())
        .map(Key::of)
        .toList();
  }

  @Override
  public Outcome reconcile(Key key) {
    for (int step = 0; step < MOST_STEPS; step++) {
      Optional<GroupSeen> seen = reader.read(key);
      if (seen.isEmpty()) {
        return Outcome.done();
      }
      Optional<Outcome> ended = act(decision.decide(seen.get()), seen.get().group());
      if (ended.isPresent()) {
        return ended.get();
      }
    }
    return Outcome.failed("somebody undoes what is done: looking afresh");
  }

  /** Empty as long as there is more to do. */
  private Optional<Outcome> act(GroupStep step, VolumeGroupSnapshot group) {
    switch (step) {
      case GroupStep.Nothing() -> {
        return Optional.of(Outcome.done());
      }
      case GroupStep.Tell(Notice notice) -> {
        cluster.event(notice);
        return Optional.of(Outcome.done());
      }
      case GroupStep.Report(String reason, String why) -> {
        return Optional.of(report(group, reason, why));
      }
      case GroupStep.Write(var object) -> cluster.replace(object);
      case GroupStep.WriteStatus(var object, var news) -> {
        cluster.replaceStatus(object);
        news.forEach(cluster::event);
      }
      case GroupStep.Create(var object, var news) -> create(object, news);
      case GroupStep.Delete(var object) ->
          cluster.delete(Kind.of(object), Key.of(object), Preconditions.sameObject(object));
    }
    return Optional.empty();
  }

  private void create(HasMetadata object, List<Notice> news) {
    try {
      cluster.create(object);
      news.forEach(cluster::event);
    } catch (ClusterException.AlreadyExists _) {
      // written by us before we were stopped: the next look finds it
    }
  }

  private Outcome report(VolumeGroupSnapshot group, String reason, String why) {
    cluster.event(Notice.warning(group, reason, why));
    Status was = group.status();
    SnapshotError before = was.error();
    if (before == null || !why.equals(before.message())) {
      SnapshotError error = new SnapshotError(Times.text(clock.instant()), why);
      cluster.replaceStatus(
          group.with(
              new Status(
                  was.boundVolumeGroupSnapshotContentName(), was.creationTime(), false, error)));
    }
    return Outcome.failed(why);
  }
}
