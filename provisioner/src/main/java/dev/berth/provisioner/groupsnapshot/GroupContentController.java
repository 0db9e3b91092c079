package dev.berth.provisioner.groupsnapshot;

import dev.berth.csi.v1.CreateVolumeGroupSnapshotResponse;
import dev.berth.csi.v1.DeleteVolumeGroupSnapshotResponse;
import dev.berth.csi.v1.GetVolumeGroupSnapshotResponse;
import dev.berth.csi.v1.Snapshot;
import dev.berth.provisioner.cluster.Change;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Notice;
import dev.berth.provisioner.cluster.Subscription;
import dev.berth.provisioner.cluster.extension.SnapshotError;
import dev.berth.provisioner.cluster.extension.VolumeGroupSnapshotContent;
import dev.berth.provisioner.cluster.extension.VolumeGroupSnapshotContent.Member;
import dev.berth.provisioner.cluster.extension.VolumeGroupSnapshotContent.Status;
import dev.berth.provisioner.csi.Answer;
import dev.berth.provisioner.csi.CsiDriver;
import dev.berth.provisioner.groupsnapshot.GroupContentDecision.Seen;
import dev.berth.provisioner.groupsnapshot.GroupContentDecision.Step;
import dev.berth.provisioner.queue.Controller;
import dev.berth.provisioner.queue.Outcome;
import dev.berth.provisioner.secret.Secrets;
import dev.berth.provisioner.secret.UnreadableSecretException;
import dev.berth.provisioner.snapshot.Times;
import io.fabric8.kubernetes.api.model.SecretReference;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Cuts and deletes the groups of one driver. Keys are VolumeGroupSnapshotContents. */
public final class GroupContentController implements Controller {
  private static final int MOST_STEPS = 12;
  private static final Duration POLL = Duration.ofSeconds(2);

  private final Cluster cluster;
  private final CsiDriver driver;
  private final InstantSource clock;
  private final GroupContentDecision decision;
  private final Secrets secrets;

  /** A controller for the groups of one driver. */
  public GroupContentController(Cluster cluster, CsiDriver driver, InstantSource clock) {
    this.cluster = cluster;
    this.driver = driver;
    this.clock = clock;
    this.decision = new GroupContentDecision(driver.name());
    this.secrets = new Secrets(cluster);
  }

  @Override
  public String name() {
    return "group snapshot contents";
  }

  @Override
  public List<Subscription> watch(Consumer<Key> enqueue) {
    return List.of(cluster.watch(Kind.GROUP_CONTENT, change -> changed(change, enqueue)));
  }

  /** What this controller itself writes must not cut short the wait for a retry. */
  private static void changed(Change<VolumeGroupSnapshotContent> change, Consumer<Key> enqueue) {
    if (change instanceof Change.Modified<VolumeGroupSnapshotContent>(var before, var after)
        && before.getSpec().equals(after.getSpec())
        && before.deleting() == after.deleting()
        && before.getFinalizers().equals(after.getFinalizers())
        && before.isMarked(GroupNames.BEING_DELETED) == after.isMarked(GroupNames.BEING_DELETED)) {
      return;
    }
    enqueue.accept(change.key());
  }

  @Override
  public Outcome reconcile(Key key) {
    for (int step = 0; step < MOST_STEPS; step++) {
      Optional<Seen> seen = cluster.get(Kind.GROUP_CONTENT, key).map(this::see);
      if (seen.isEmpty()) {
        return Outcome.done();
      }
      Optional<Outcome> ended = act(decision.decide(seen.get()), seen.get().content());
      if (ended.isPresent()) {
        return ended.get();
      }
    }
    return Outcome.failed("somebody undoes what is done: looking afresh");
  }

  private Seen see(VolumeGroupSnapshotContent content) {
    var owner = content.getSpec().owner();
    return new Seen(
        content,
        cluster
            .getLive(Kind.GROUP_SNAPSHOT, Key.of(owner.getNamespace(), owner.getName()))
            .filter(content::isOf),
        Optional.ofNullable(content.getSpec().volumeGroupSnapshotClassName())
            .flatMap(name -> cluster.get(Kind.GROUP_CLASS, Key.of(name))));
  }

  /** Empty as long as there is more to do. */
  private Optional<Outcome> act(Step step, VolumeGroupSnapshotContent content) {
    if (step instanceof Step.Nothing || step instanceof Step.Write) {
      return call(step, content, Map.of());
    }
    if (!driver.capabilities().groupSnapshots()) {
      return report(content, "driver " + driver.name() + " cuts no groups of snapshots");
    }
    try {
      return call(step, content, secrets.read(secret(content)));
    } catch (UnreadableSecretException e) {
      return report(content, e.why());
    }
  }

  private Optional<Outcome> call(
      Step step, VolumeGroupSnapshotContent content, Map<String, String> given) {
    return switch (step) {
      case Step.Nothing() -> Optional.of(Outcome.done());
      case Step.Write(var changed) -> {
        cluster.replace(changed);
        yield Optional.empty();
      }
      case Step.Report(String why) -> report(content, why);
      case Step.Cut(var request) ->
          switch (driver
              .snapshots()
              .createGroup(request.toBuilder().putAllSecrets(given).build())) {
            case Answer.Done<CreateVolumeGroupSnapshotResponse>(var response) ->
                known(content, response.getGroupSnapshot());
            case Answer.StillRunning<CreateVolumeGroupSnapshotResponse>(String why) ->
                report(content, why); // still marked: nobody knows
            case Answer.TryAnotherNode<CreateVolumeGroupSnapshotResponse>(String why) ->
                refused(content, why);
            case Answer.Refused<CreateVolumeGroupSnapshotResponse>(var _, String why) ->
                refused(content, why);
          };
      case Step.LookUp(String handle, var members) ->
          switch (driver.snapshots().group(handle, members, given)) {
            case Answer.Done<GetVolumeGroupSnapshotResponse>(var response) ->
                known(content, response.getGroupSnapshot());
            case Answer.StillRunning<GetVolumeGroupSnapshotResponse>(String why) ->
                report(content, why);
            case Answer.TryAnotherNode<GetVolumeGroupSnapshotResponse>(String why) ->
                report(content, why);
            case Answer.Refused<GetVolumeGroupSnapshotResponse>(var _, String why) ->
                report(content, why);
          };
      case Step.Delete(String handle, var members) -> delete(content, handle, members, given);
      case Step.FindAndDelete(var request) ->
          switch (driver
              .snapshots()
              .createGroup(request.toBuilder().putAllSecrets(given).build())) {
            case Answer.Done<CreateVolumeGroupSnapshotResponse>(var response) ->
                delete(
                    content,
                    response.getGroupSnapshot().getGroupSnapshotId(),
                    response.getGroupSnapshot().getSnapshotsList().stream()
                        .map(Snapshot::getSnapshotId)
                        .toList(),
                    given);
            case Answer.StillRunning<CreateVolumeGroupSnapshotResponse>(String why) ->
                report(content, why);
            case Answer.TryAnotherNode<CreateVolumeGroupSnapshotResponse> _ -> released(content);
            case Answer.Refused<CreateVolumeGroupSnapshotResponse> _ -> released(content);
          };
    };
  }

  private static Optional<SecretReference> secret(VolumeGroupSnapshotContent content) {
    return content
        .annotation(GroupNames.DELETION_SECRET_NAME)
        .filter(name -> !name.isEmpty())
        .map(
            name ->
                new SecretReference(
                    name, content.annotation(GroupNames.DELETION_SECRET_NAMESPACE).orElse("")));
  }

  private Optional<Outcome> known(
      VolumeGroupSnapshotContent content, dev.berth.csi.v1.VolumeGroupSnapshot group) {
    List<Member> members =
        group.getSnapshotsList().stream()
            .map(
                s ->
                    new Member(
                        s.getSourceVolumeId(),
                        s.getSnapshotId(),
                        Times.nanos(s.getCreationTime()),
                        s.getReadyToUse(),
                        s.getSizeBytes()))
            .toList();
    cluster.replaceStatus(
        content.with(
            new Status(
                group.getGroupSnapshotId(),
                Times.text(Times.nanos(group.getCreationTime())),
                group.getReadyToUse(),
                null,
                members)));
    return group.getReadyToUse() ? Optional.empty() : Optional.of(Outcome.again(POLL));
  }

  /** A final no: nothing was made. */
  private Optional<Outcome> refused(VolumeGroupSnapshotContent content, String why) {
    Optional<Outcome> outcome = report(content, "Failed to create group snapshot: " + why);
    cluster
        .get(Kind.GROUP_CONTENT, Key.of(content))
        .filter(now -> now.isMarked(GroupNames.BEING_CREATED))
        .ifPresent(now -> cluster.replace(GroupContentDecision.unmarked(now)));
    return outcome;
  }

  private Optional<Outcome> delete(
      VolumeGroupSnapshotContent content,
      String handle,
      List<String> members,
      Map<String, String> given) {
    return switch (driver.snapshots().deleteGroup(handle, members, given)) {
      case Answer.Done<DeleteVolumeGroupSnapshotResponse> _ -> released(content);
      case Answer.StillRunning<DeleteVolumeGroupSnapshotResponse>(String why) ->
          report(content, "Failed to delete group snapshot: " + why);
      case Answer.TryAnotherNode<DeleteVolumeGroupSnapshotResponse>(String why) ->
          report(content, "Failed to delete group snapshot: " + why);
      case Answer.Refused<DeleteVolumeGroupSnapshotResponse>(var _, String why) ->
          report(content, "Failed to delete group snapshot: " + why);
    };
  }

  private Optional<Outcome> released(VolumeGroupSnapshotContent content) {
    cluster.replace(GroupContentDecision.released(content));
    return Optional.empty();
  }

  private Optional<Outcome> report(VolumeGroupSnapshotContent content, String why) {
    String reason = content.deleting() ? "GroupSnapshotDeleteError" : "GroupSnapshotCreationFailed";
    cluster.event(Notice.warning(content, reason, why));
    SnapshotError before = content.status().error();
    if (before == null || !why.equals(before.message())) {
      cluster.replaceStatus(
          content.with(content.status().with(new SnapshotError(Times.text(clock.instant()), why))));
    }
    return Optional.of(Outcome.failed(why));
  }
}
