package dev.berth.storage;

import java.nio.file.Path;
import java.time.Instant;

/**
 * A volume as it was at one instant. It depends on nothing: its source may be deleted first.
 *
 * @param name the CO's name, which may differ from {@code id.name()}
 * @param pool the operator's name of the pool that holds it, which is its source's
 * @param source the volume that it was cut from, which may be gone
 * @param size of the volume then, and the least that a volume made of it has
 * @param held what it counts in its pool: the data that the image had on the disk
 * @param created when it was cut
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
}
