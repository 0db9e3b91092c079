package dev.berth.storage;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A volume as its pool records it.
 *
 * @param name the CO's name, which may differ from {@code id.name()}
 * @param pool the operator's name of the pool that holds it
 * @param size of the image or the limit of the directory, and what it counts in its pool
 * @param undelete how long it will wait in the trash unless {@code tuning} says otherwise
 * @param source what it began as a copy of, which may be gone
 * @param tuning what was changed about it since, or at its making
 * @param acknowledged whether its PersistentVolume was seen, or somebody has used it: what was
 *     never acknowledged nobody has used
 * @param image the file that holds its data, or the directory, absolute
 */
public record Volume(
    VolumeId id,
    String name,
    PoolName pool,
    Bytes size,
    Content content,
    Allocation allocation,
    Duration undelete,
    Map<String, String> parameters,
    Optional<Claim> claim,
    Optional<Source> source,
    Tuning tuning,
    boolean acknowledged,
    Instant created,
    Path image) {
  public Volume {
    CreateRequest.requireName(name);
    if (size.isZero() || !size.isMultipleOf(content.blockSize())) {
      throw new VolumeException.Invalid(
          "size " + size.value() + " is not a multiple of the block size " + content.blockSize());
    }
    if (undelete.isNegative()) {
      throw new VolumeException.Invalid("undelete " + undelete + " is negative");
    }
    if (!image.isAbsolute()) {
      throw new VolumeException.Invalid("image " + image + " is not an absolute path");
    }
    parameters = Map.copyOf(parameters);
  }

  Volume withSize(Bytes other) {
    return with(other, tuning, acknowledged, image);
  }

  Volume nowAcknowledged() {
    return with(size, tuning, true, image);
  }

  Volume withTuning(Tuning other) {
    return with(size, other, acknowledged, image);
  }

  /** How long it will wait in the trash, as things are. */
  Duration undeleteNow() {
    return tuning.undelete().orElse(undelete);
  }

  Volume withImage(Path other) {
    return with(size, tuning, acknowledged, other);
  }

  private Volume with(
      Bytes otherSize, Tuning otherTuning, boolean nowAcknowledged, Path otherImage) {
    return new Volume(
        id,
        name,
        pool,
        otherSize,
        content,
        allocation,
        undelete,
        parameters,
        claim,
        source,
        otherTuning,
        nowAcknowledged,
        created,
        otherImage);
  }
}
