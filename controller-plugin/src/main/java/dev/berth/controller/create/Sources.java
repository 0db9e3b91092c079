package dev.berth.controller.create;

import dev.berth.csi.server.request.Fields;
import dev.berth.csi.v1.CreateVolumeRequest;
import dev.berth.csi.v1.VolumeContentSource;
import dev.berth.storage.Original;
import dev.berth.storage.Pools;
import dev.berth.storage.SnapshotId;
import dev.berth.storage.Source;
import dev.berth.storage.VolumeException;
import dev.berth.storage.VolumeException.NotFound;
import dev.berth.storage.VolumeId;
import java.util.Optional;

/** What a new volume is to begin as a copy of. */
final class Sources {
  private Sources() {}

  static Optional<Source> of(CreateVolumeRequest q) {
    return q.hasVolumeContentSource()
        ? Optional.of(parse(q.getVolumeContentSource()))
        : Optional.empty();
  }

  private static Source parse(VolumeContentSource given) {
    String field = "volume_content_source";
    return switch (given.getTypeCase()) {
      case SNAPSHOT -> {
        String id =
            Fields.required(given.getSnapshot().getSnapshotId(), field + ".snapshot.snapshot_id");
        yield new Source.OfSnapshot(
            SnapshotId.parse(id).orElseThrow(() -> notFound("snapshot", id)));
      }
      case VOLUME -> {
        String id = Fields.required(given.getVolume().getVolumeId(), field + ".volume.volume_id");
        yield new Source.OfVolume(VolumeId.parse(id).orElseThrow(() -> notFound("volume", id)));
      }
      case TYPE_NOT_SET ->
          throw new VolumeException.Invalid(
              field
                  + " names neither a snapshot nor a volume; name one, or leave it out for an empty volume");
    };
  }

  /**
   * The original of a copy. A copy that was made already may have survived it, and a repeated
   * request must find that copy.
   */
  static Original original(Pools pools, Source source, String name) {
    try {
      return pools.original(source);
    } catch (NotFound e) {
      return pools.named(name).map(Original.OfVolume::new).orElseThrow(() -> e);
    }
  }

  private static NotFound notFound(String kind, String id) {
    return new NotFound(
        "%s '%s' does not exist; ids of this driver look like <pool id>.<name>"
            .formatted(kind, id));
  }
}
