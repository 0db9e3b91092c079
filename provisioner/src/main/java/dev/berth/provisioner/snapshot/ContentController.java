package dev.berth.provisioner.snapshot;

import dev.berth.csi.v1.CreateSnapshotRequest;
import dev.berth.csi.v1.CreateSnapshotResponse;
import dev.berth.csi.v1.DeleteSnapshotResponse;
import dev.berth.csi.v1.ListSnapshotsResponse;
import dev.berth.csi.v1.Snapshot;
import dev.berth.provisioner.cluster.Change;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Notice;
import dev.berth.provisioner.cluster.Subscription;
import dev.berth.provisioner.cluster.extension.SnapshotError;
import dev.berth.provisioner.cluster.extension.VolumeSnapshotContent;
import dev.berth.provisioner.cluster.extension.VolumeSnapshotContent.Status;
import dev.berth.provisioner.csi.Answer;
import dev.berth.provisioner.csi.CsiDriver;
import dev.berth.provisioner.queue.Controller;
import dev.berth.provisioner.queue.Outcome;
import dev.berth.provisioner.secret.Secrets;
import dev.berth.provisioner.secret.UnreadableSecretException;
import io.fabric8.kubernetes.api.model.SecretReference;
import io.grpc.Status.Code;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Cuts, looks up and deletes the snapshots of one driver. Keys are VolumeSnapshotContents. */
public final class ContentController implements Controller {
  private static final int MOST_STEPS = 12;
  private static final Duration SOONEST = Duration.ofSeconds(1);
  private static final Duration LATEST = Duration.ofMinutes(1);
  private static final String FAILED = "SnapshotCreationFailed";
  private static final String CHECK_FAILED = "SnapshotContentCheckandUpdateFailed";

  private final Cluster cluster;
  private final CsiDriver driver;
  private final InstantSource clock;
  private final ContentDecision decision;
  private final Secrets secrets;

  /** A controller for the snapshots of one driver. */
  public ContentController(Cluster cluster, CsiDriver driver, InstantSource clock) {
    this.cluster = cluster;
    this.driver = driver;
    this.clock = clock;
    this.decision = new ContentDecision(driver.name());
    this.secrets = new Secrets(cluster);
  }

  @Override
  public String name() {
    return "snapshot contents";
  }

  @Override
  public List<Subscription> watch(Consumer<Key> enqueue) {
    return List.of(
        cluster.watch(Kind.SNAPSHOT_CONTENT, change -> changed(change, enqueue)),
        cluster.watch(
            Kind.SNAPSHOT,
            change ->
                cluster
                    .get(Kind.SNAPSHOT_CONTENT, Key.of("snapcontent-" + change.object().uid()))
                    .filter(VolumeSnapshotContent::deleting)
                    .ifPresent(content -> enqueue.accept(Key.of(content)))));
  }

  /** What this controller itself writes must not cut short the wait for a retry. */
  private static void changed(Change<VolumeSnapshotContent> change, Consumer<Key> enqueue) {
    if (change instanceof Change.Modified<VolumeSnapshotContent>(var before, var after)
        && before.getSpec().equals(after.getSpec())
        && before.deleting() == after.deleting()
        && before.getFinalizers().equals(after.getFinalizers())
        && annotations(before).equals(annotations(after))) {
      return;
    }
    enqueue.accept(change.key());
  }

  private static Map<String, String> annotations(VolumeSnapshotContent content) {
    Map<String, String> all = content.getMetadata().getAnnotations();
    Map<String, String> others = all == null ? new HashMap<>() : new HashMap<>(all);
    others.remove(Names.BEING_CREATED);
    return others;
  }

  @Override
  public Outcome reconcile(Key key) {
    for (int step = 0; step < MOST_STEPS; step++) {
      Optional<ContentSeen> seen = cluster.get(Kind.SNAPSHOT_CONTENT, key).map(this::see);
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

  private ContentSeen see(VolumeSnapshotContent content) {
    var owner = content.getSpec().owner();
    return new ContentSeen(
        content,
        cluster
            .getLive(Kind.SNAPSHOT, Key.of(owner.getNamespace(), owner.getName()))
            .filter(content::isOf),
        Optional.ofNullable(content.getSpec().volumeSnapshotClassName())
            .flatMap(name -> cluster.get(Kind.SNAPSHOT_CLASS, Key.of(name))),
        clock.instant());
  }

  /** Empty as long as there is more to do. */
  private Optional<Outcome> act(ContentStep step, VolumeSnapshotContent content) {
    return switch (step) {
      case ContentStep.Nothing() -> Optional.of(Outcome.done());
      case ContentStep.Report(String reason, String why) ->
          Optional.of(report(content, reason, why));
      case ContentStep.Write(var changed) -> {
        cluster.replace(changed);
        yield Optional.empty();
      }
      case ContentStep.Cut(var request) ->
          withSecrets(content, FAILED, given -> cut(content, request, given));
      case ContentStep.LookUp(String handle) ->
          withSecrets(content, CHECK_FAILED, given -> lookUp(content, handle, given));
      case ContentStep.Delete(String handle) ->
          withSecrets(content, "SnapshotDeleteError", given -> delete(content, handle, given));
      case ContentStep.FindAndDelete(var request) ->
          withSecrets(
              content, "SnapshotDeleteError", given -> findAndDelete(content, request, given));
    };
  }

  private interface Call {
    Optional<Outcome> with(Map<String, String> secrets);
  }

  private Optional<Outcome> withSecrets(VolumeSnapshotContent content, String reason, Call call) {
    Map<String, String> given;
    try {
      given = secrets.read(secret(content));
    } catch (UnreadableSecretException e) {
      return Optional.of(report(content, reason, e.why()));
    }
    return call.with(given);
  }

  private static Optional<SecretReference> secret(VolumeSnapshotContent content) {
    return content
        .annotation(Names.DELETION_SECRET_NAME)
        .filter(name -> !name.isEmpty())
        .map(
            name ->
                new SecretReference(
                    name, content.annotation(Names.DELETION_SECRET_NAMESPACE).orElse("")));
  }

  private Optional<Outcome> cut(
      VolumeSnapshotContent content, CreateSnapshotRequest request, Map<String, String> given) {
    return switch (driver.snapshots().create(with(request, given))) {
      case Answer.Done<CreateSnapshotResponse>(var response) ->
          known(content, response.getSnapshot());
      case Answer.StillRunning<CreateSnapshotResponse>(String why) ->
          Optional.of(report(content, FAILED, why)); // still marked: nobody knows
      case Answer.TryAnotherNode<CreateSnapshotResponse>(String why) -> refused(content, why);
      case Answer.Refused<CreateSnapshotResponse>(Code _, String why) -> refused(content, why);
    };
  }

  private static CreateSnapshotRequest with(
      CreateSnapshotRequest request, Map<String, String> given) {
    return request.toBuilder().putAllSecrets(given).build();
  }

  private Optional<Outcome> known(VolumeSnapshotContent content, Snapshot snapshot) {
    VolumeSnapshotContent written =
        cluster.replaceStatus(
            content.with(
                new Status(
                    snapshot.getSnapshotId(),
                    Times.nanos(snapshot.getCreationTime()),
                    snapshot.getSizeBytes(),
                    snapshot.getReadyToUse(),
                    null,
                    content.status().volumeGroupSnapshotHandle())));
    if (snapshot.getReadyToUse()) {
      return Optional.empty();
    }
    if (written.isMarked(Names.BEING_CREATED)) {
      cluster.replace(ContentDecision.unmarked(written));
    }
    return Optional.of(Outcome.again(pause(content)));
  }

  /** A quarter of its age: what takes long is asked for seldom. */
  private Duration pause(VolumeSnapshotContent content) {
    Instant since = Instant.parse(content.getMetadata().getCreationTimestamp());
    Duration quarter = Duration.between(since, clock.instant()).dividedBy(4);
    return quarter.compareTo(SOONEST) < 0
        ? SOONEST
        : quarter.compareTo(LATEST) > 0 ? LATEST : quarter;
  }

  /** A final no: nothing was made. */
  private Optional<Outcome> refused(VolumeSnapshotContent content, String why) {
    Outcome outcome = report(content, FAILED, "Failed to create snapshot: " + why);
    cluster
        .get(Kind.SNAPSHOT_CONTENT, Key.of(content))
        .filter(now -> now.isMarked(Names.BEING_CREATED))
        .ifPresent(now -> cluster.replace(ContentDecision.unmarked(now)));
    return Optional.of(outcome);
  }

  private Optional<Outcome> lookUp(
      VolumeSnapshotContent content, String handle, Map<String, String> given) {
    if (!driver.capabilities().listSnapshots()) { // then its handle is taken for good
      return known(
          content, Snapshot.newBuilder().setSnapshotId(handle).setReadyToUse(true).build());
    }
    return switch (driver.snapshots().find(handle, given)) {
      case Answer.Done<ListSnapshotsResponse>(var response) ->
          response.getEntriesList().stream()
              .map(ListSnapshotsResponse.Entry::getSnapshot)
              .findFirst()
              .map(found -> known(content, found))
              .orElseGet(
                  () ->
                      failed(
                          content,
                          "spec.source.snapshotHandle "
                              + handle
                              + ": driver "
                              + driver.name()
                              + " has no such snapshot; correct the handle"));
      case Answer.StillRunning<ListSnapshotsResponse>(String why) -> failed(content, why);
      case Answer.TryAnotherNode<ListSnapshotsResponse>(String why) -> failed(content, why);
      case Answer.Refused<ListSnapshotsResponse>(Code _, String why) -> failed(content, why);
    };
  }

  private Optional<Outcome> failed(VolumeSnapshotContent content, String why) {
    return Optional.of(report(content, CHECK_FAILED, why));
  }

  private Optional<Outcome> delete(
      VolumeSnapshotContent content, String handle, Map<String, String> given) {
    return switch (driver.snapshots().delete(handle, given)) {
      case Answer.Done<DeleteSnapshotResponse> _ -> {
        cluster.replace(ContentDecision.released(content));
        yield Optional.empty();
      }
      case Answer.StillRunning<DeleteSnapshotResponse>(String why) -> undeleted(content, why);
      case Answer.TryAnotherNode<DeleteSnapshotResponse>(String why) -> undeleted(content, why);
      case Answer.Refused<DeleteSnapshotResponse>(Code _, String why) -> undeleted(content, why);
    };
  }

  private Optional<Outcome> findAndDelete(
      VolumeSnapshotContent content, CreateSnapshotRequest request, Map<String, String> given) {
    Supplier<Optional<Outcome>> nothingThere =
        () -> {
          cluster.replace(ContentDecision.released(content));
          return Optional.empty();
        };
    return switch (driver.snapshots().create(with(request, given))) {
      case Answer.Done<CreateSnapshotResponse>(var response) ->
          delete(content, response.getSnapshot().getSnapshotId(), given);
      case Answer.StillRunning<CreateSnapshotResponse>(String why) -> undeleted(content, why);
      case Answer.TryAnotherNode<CreateSnapshotResponse> _ -> nothingThere.get();
      case Answer.Refused<CreateSnapshotResponse> _ -> nothingThere.get();
    };
  }

  private Optional<Outcome> undeleted(VolumeSnapshotContent content, String why) {
    return Optional.of(report(content, "SnapshotDeleteError", "Failed to delete snapshot: " + why));
  }

  private Outcome report(VolumeSnapshotContent content, String reason, String why) {
    cluster.event(Notice.warning(content, reason, why));
    SnapshotError before = content.status().error();
    if (before == null || !why.equals(before.message())) {
      cluster.replaceStatus(
          content.with(content.status().with(new SnapshotError(Times.text(clock.instant()), why))));
    }
    return Outcome.failed(why);
  }
}
