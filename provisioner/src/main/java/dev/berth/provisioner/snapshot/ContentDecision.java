package dev.berth.provisioner.snapshot;

import dev.berth.csi.v1.CreateSnapshotRequest;
import dev.berth.provisioner.cluster.extension.VolumeSnapshotContent;
import dev.berth.provisioner.csi.InvalidRequestException;
import java.util.Map;

/** What comes next for a content. Pure: the same sight gives the same step. */
final class ContentDecision {
  private final String driver;

  ContentDecision(String driver) {
    this.driver = driver;
  }

  ContentStep decide(ContentSeen seen) {
    VolumeSnapshotContent content = seen.content();
    if (!content.driver().equals(driver)) {
      return new ContentStep.Nothing();
    }
    if (content.deleting()) {
      return leave(seen);
    }
    if (!content.hasFinalizer(Names.CONTENT_PROTECTION)) {
      return new ContentStep.Write(
          content.edited(meta -> meta.addToFinalizers(Names.CONTENT_PROTECTION)));
    }
    if (content.status().snapshotHandle() != null && content.isMarked(Names.BEING_CREATED)) {
      return new ContentStep.Write(unmarked(content));
    }
    if (content.status().ready()) {
      return new ContentStep.Nothing();
    }
    if (content.getSpec().from().snapshot().isPresent()) {
      return new ContentStep.LookUp(content.getSpec().from().snapshot().get());
    }
    boolean over = content.isMarked(Names.BEING_DELETED) && !content.isMarked(Names.BEING_CREATED);
    return over ? new ContentStep.Nothing() : cut(seen);
  }

  /** First it is written down that a snapshot may come to be, so that a stop leaks none. */
  private static ContentStep cut(ContentSeen seen) {
    VolumeSnapshotContent content = seen.content();
    try {
      CreateSnapshotRequest request = request(seen);
      boolean noted =
          content.isMarked(Names.BEING_CREATED) || content.status().snapshotHandle() != null;
      return noted
          ? new ContentStep.Cut(request)
          : new ContentStep.Write(
              content.edited(meta -> meta.addToAnnotations(Names.BEING_CREATED, Names.YES)));
    } catch (InvalidRequestException e) {
      return new ContentStep.Report("SnapshotCreationFailed", e.why());
    }
  }

  /** Its name is the snapshot object's uid, so that a retry finds what the first try made. */
  static CreateSnapshotRequest request(ContentSeen seen) {
    VolumeSnapshotContent content = seen.content();
    Map<String, String> parameters =
        seen.klass()
            .map(klass -> new SnapshotSecrets("snapshotter", klass.parameters()).forDriver())
            .orElseGet(Map::of);
    return CreateSnapshotRequest.newBuilder()
        .setName("snapshot-" + content.getSpec().owner().getUid())
        .setSourceVolumeId(content.getSpec().from().volume().orElse(""))
        .putAllParameters(parameters)
        .build();
  }

  static VolumeSnapshotContent unmarked(VolumeSnapshotContent content) {
    return content.edited(meta -> meta.removeFromAnnotations(Names.BEING_CREATED));
  }

  private static ContentStep leave(ContentSeen seen) {
    try {
      return end(seen);
    } catch (InvalidRequestException e) {
      return new ContentStep.Report("SnapshotDeleteError", e.why());
    }
  }

  private static ContentStep end(ContentSeen seen) {
    VolumeSnapshotContent content = seen.content();
    if (!content.hasFinalizer(Names.CONTENT_PROTECTION)) {
      return new ContentStep.Nothing();
    }
    boolean wanted =
        seen.snapshot().filter(s -> !s.deleting()).isPresent()
            && !content.isMarked(Names.BEING_DELETED);
    if (wanted) {
      return new ContentStep.Nothing(); // a content goes with its snapshot, never before
    }
    boolean goes = content.getSpec().goesWithIt() && content.groupHandle().isEmpty();
    if (goes && content.handle().isPresent()) {
      return new ContentStep.Delete(content.handle().get());
    }
    if (content.isMarked(Names.BEING_CREATED) && content.handle().isEmpty()) {
      return goes
          ? new ContentStep.FindAndDelete(request(seen))
          : new ContentStep.Write(released(content));
    }
    return new ContentStep.Write(released(content));
  }

  static VolumeSnapshotContent released(VolumeSnapshotContent content) {
    return content.edited(
        meta ->
            meta.removeFromFinalizers(Names.CONTENT_PROTECTION)
                .removeFromAnnotations(Names.BEING_CREATED));
  }
}
