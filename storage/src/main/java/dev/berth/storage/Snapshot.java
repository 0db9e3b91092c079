package dev.berth.storage;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * A volume as it was at one instant. It depends on nothing: its source may be deleted first.
 *
 * @param name the CO's name, which may differ from {@code id.name()}
 * @param pool the operator's name of the pool that holds it, which is its source's
 * @param source the volume that it was cut from, which may be gone
 * @param size of the volume then, and the least that a volume made of it has
 * @param held what it counts in its pool: the data that the image had on the disk
 * @param created when it was cut
 * @param group the group that it was cut with and goes with
 * @param copied while its data is still being copied, everything below that offset is there; empty
 *     when it is whole
 * @param image the file that holds its data, absolute; never attached, never written
 */
public record Snapshot(
    SnapshotId id,
    String name,
    PoolName pool,
    VolumeId source,
    Bytes size,
    Bytes held,
    Content content,
    Instant created,
    Optional<GroupId> group,
    Optional<Bytes> copied,
    Path image) {
  public Snapshot {
    CreateRequest.requireName(name);
    if (size.isZero() || !size.isMultipleOf(content.blockSize())) {
      throw new VolumeException.Invalid(
          "size " + size.value() + " is not a multiple of the block size " + content.blockSize());
    }
    if (!image.isAbsolute()) {
      throw new VolumeException.Invalid("image " + image + " is not an absolute path");
    }
  }

  /** Whether all of it is there, so that a volume can be made of it. */
  public boolean isWhole() {
    return copied.isEmpty();
  }

  Snapshot alone() {
    return with(Optional.empty(), copied, held);
  }

  Snapshot copied(Bytes upTo) {
    return with(group, Optional.of(upTo), held);
  }

  Snapshot whole(Bytes nowHeld) {
    return with(group, Optional.empty(), nowHeld);
  }

  private Snapshot with(Optional<GroupId> newGroup, Optional<Bytes> newCopied, Bytes newHeld) {
    return new Snapshot(
        id, name, pool, source, size, newHeld, content, created, newGroup, newCopied, image);
  }
}
