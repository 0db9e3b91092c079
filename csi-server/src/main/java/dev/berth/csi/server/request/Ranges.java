package dev.berth.csi.server.request;

import dev.berth.csi.v1.CapacityRange;
import dev.berth.storage.Bytes;
import dev.berth.storage.SizeRange;
import dev.berth.storage.VolumeException;
import java.util.Optional;

/** Capacity ranges. */
public final class Ranges {
  private Ranges() {}

  /**
   * The range of a {@code capacity_range} that is present; {@code required} is zero when only the
   * limit is given.
   *
   * @throws VolumeException.Invalid when neither bound is set, or they contradict each other
   */
  public static SizeRange parse(CapacityRange range) {
    long required = range.getRequiredBytes();
    long limit = range.getLimitBytes();
    if (required == 0 && limit == 0) {
      throw new VolumeException.Invalid(
          "capacity_range sets neither required_bytes nor limit_bytes; set one of them above 0, or leave capacity_range out");
    }
    if (limit != 0 && limit < required) {
      throw new VolumeException.Invalid(
          "capacity_range.limit_bytes %d is below required_bytes %d; raise the limit or leave it 0"
              .formatted(limit, required));
    }
    return new SizeRange(
        new Bytes(required), limit == 0 ? Optional.empty() : Optional.of(new Bytes(limit)));
  }
}
