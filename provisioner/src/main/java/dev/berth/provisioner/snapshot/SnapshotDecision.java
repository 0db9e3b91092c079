package dev.berth.provisioner.snapshot;

import static java.util.Objects.requireNonNullElse;

import dev.berth.provisioner.cluster.Notice;
import dev.berth.provisioner.cluster.extension.VolumeSnapshot;
import dev.berth.provisioner.cluster.extension.VolumeSnapshot.Status;
import dev.berth.provisioner.cluster.extension.VolumeSnapshotContent;
import dev.berth.provisioner.quantity.Bytes;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What comes next for a VolumeSnapshot. Pure: the same sight gives the same step. */
final class SnapshotDecision {
  private final Cutting cutting;

  SnapshotDecision(String driver) {
    this.cutting = new Cutting(driver);
  }

  Step decide(Seen seen) {
    VolumeSnapshot snapshot = seen.snapshot();
    if (snapshot.deleting()) {
      return Leaving.decide(seen);
    }
    if (!snapshot.hasFinalizer(Names.SOURCE_PROTECTION)
        || !snapshot.hasFinalizer(Names.BOUND_PROTECTION)) {
      return new Step.WriteSnapshot(protect(snapshot));
    }
    if (snapshot.getSpec().from().content().isPresent()) {
      return provisioned(seen);
    }
    return seen.content().isPresent() ? bound(seen, seen.content().get()) : unbound(seen);
  }

  private static VolumeSnapshot protect(VolumeSnapshot snapshot) {
    return snapshot.edited(
        meta -> {
          for (String finalizer : List.of(Names.SOURCE_PROTECTION, Names.BOUND_PROTECTION)) {
            if (!snapshot.hasFinalizer(finalizer)) {
              meta.addToFinalizers(finalizer);
            }
          }
          return meta;
        });
  }

  private Step unbound(Seen seen) {
    if (seen.snapshot().boundContent().isPresent()) {
      return new Step.Report("SnapshotContentMissing", "VolumeSnapshotContent is missing");
    }
    boolean member = seen.snapshot().hasFinalizer(Names.GROUP_PROTECTION);
    return member ? new Step.Nothing() : cutting.begin(seen);
  }

  /** Its content was written by a person. */
  private static Step provisioned(Seen seen) {
    if (seen.content().isEmpty()) {
      return new Step.Report(
          "SnapshotContentMissing",
          "VolumeSnapshotContent is missing: spec.source.volumeSnapshotContentName "
              + seen.snapshot().getSpec().from().content().orElse("")
              + " does not exist; apply it");
    }
    VolumeSnapshotContent content = seen.content().get();
    if (content.getSpec().from().snapshot().isEmpty()) {
      return new Step.Report(
          "SnapshotContentMismatch",
          "VolumeSnapshotContent "
              + content.name()
              + " has no spec.source.snapshotHandle: it is not of a snapshot that is there"
              + " already");
    }
    if (content.names(seen.snapshot()) && !content.isOf(seen.snapshot())) {
      return new Step.WriteContent(content.with(content.getSpec().of(reference(seen.snapshot()))));
    }
    return bound(seen, content);
  }

  private static Step bound(Seen seen, VolumeSnapshotContent content) {
    VolumeSnapshot snapshot = seen.snapshot();
    if (!content.isOf(snapshot)) {
      return new Step.Report(
          "SnapshotContentMisbound",
          "VolumeSnapshotContent "
              + content.name()
              + " is bound to a different snapshot: its spec.volumeSnapshotRef is "
              + content.getSpec().owner().getNamespace()
              + "/"
              + content.getSpec().owner().getName());
    }
    Status wanted = status(snapshot, content);
    if (!wanted.equals(snapshot.status())) {
      return new Step.WriteStatus(snapshot.with(wanted), news(snapshot, wanted));
    }
    boolean cut = content.status().creationTime() != null;
    return cut ? Cutting.release(seen) : new Step.Nothing();
  }

  /** An error of the content is the snapshot's until it is overcome. */
  private static Status status(VolumeSnapshot snapshot, VolumeSnapshotContent content) {
    VolumeSnapshotContent.Status told = content.status();
    @Nullable Long cut = told.creationTime();
    @Nullable Long size = told.restoreSize();
    return new Status(
        content.name(),
        cut == null ? null : Times.text(cut),
        told.ready(),
        size == null ? null : quantity(size),
        told.error(),
        snapshot.status().volumeGroupSnapshotName());
  }

  private static @Nullable Quantity quantity(long bytes) {
    return bytes == 0 ? null : new Bytes(bytes).toQuantity();
  }

  private static List<Notice> news(VolumeSnapshot snapshot, Status wanted) {
    List<Notice> news = new ArrayList<>();
    String name = snapshot.getMetadata().getNamespace() + "/" + snapshot.name();
    if (snapshot.status().creationTime() == null && wanted.creationTime() != null) {
      news.add(
          Notice.normal(
              snapshot,
              "SnapshotCreated",
              "Snapshot " + name + " was successfully created by the CSI driver."));
    }
    if (!snapshot.status().ready() && wanted.ready()) {
      news.add(Notice.normal(snapshot, "SnapshotReady", "Snapshot " + name + " is ready to use."));
    }
    Optional.ofNullable(wanted.error())
        .filter(error -> !error.equals(snapshot.status().error()))
        .ifPresent(
            error ->
                news.add(
                    Notice.warning(
                        snapshot,
                        "SnapshotCreationFailed",
                        requireNonNullElse(error.message(), ""))));
    return news;
  }

  static ObjectReference reference(VolumeSnapshot snapshot) {
    return new ObjectReferenceBuilder()
        .withApiVersion(snapshot.getApiVersion())
        .withKind(snapshot.getKind())
        .withNamespace(snapshot.getMetadata().getNamespace())
        .withName(snapshot.name())
        .withUid(snapshot.uid())
        .withResourceVersion(snapshot.getMetadata().getResourceVersion())
        .build();
  }
}
