package dev.berth.csi.server.request;

import dev.berth.storage.Pools;
import dev.berth.storage.Volume;
import dev.berth.storage.VolumeException;
import dev.berth.storage.VolumeId;

/** Volume ids of requests. */
public final class Ids {
  private Ids() {}

  /**
   * The id that a request names.
   *
   * @throws VolumeException.NotFound for a text that could never be an id of ours
   */
  public static VolumeId parse(String volumeId) {
    return VolumeId.parse(volumeId)
        .orElseThrow(
            () ->
                new VolumeException.NotFound(
                    "volume '%s' does not exist; ids of this driver look like <pool id>.<name>"
                        .formatted(volumeId)));
  }

  /**
   * The volume that a request names.
   *
   * @throws VolumeException.NotFound when it is not there, which is also said of a text that could
   *     never be an id of ours
   */
  public static Volume existing(Pools pools, String volumeId) {
    return pools.get(parse(volumeId));
  }
}
