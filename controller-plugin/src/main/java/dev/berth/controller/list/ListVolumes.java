package dev.berth.controller.list;

import dev.berth.controller.reply.Replies;
import dev.berth.csi.server.DriverSettings;
import dev.berth.csi.v1.ListVolumesRequest;
import dev.berth.csi.v1.ListVolumesResponse;
import dev.berth.storage.Pools;
import dev.berth.storage.Volume;

/** ListVolumes. */
public final class ListVolumes {
  private final DriverSettings driver;
  private final Pools pools;

  public ListVolumes(DriverSettings driver, Pools pools) {
    this.driver = driver;
    this.pools = pools;
  }

  /** Volumes in the order of their ids. */
  public ListVolumesResponse answer(ListVolumesRequest q) {
    Page<Volume> page =
        Page.of(
            pools.list().stream(),
            v -> v.id().toString(),
            Page.Request.of(q.getStartingToken(), q.getMaxEntries()));
    var reply = ListVolumesResponse.newBuilder().setNextToken(page.nextToken());
    for (Volume volume : page.entries()) {
      reply.addEntries(
          ListVolumesResponse.Entry.newBuilder()
              .setVolume(Replies.volume(volume, driver))
              .setStatus(
                  ListVolumesResponse.VolumeStatus.newBuilder()
                      .addAllPublishedNodeIds(pools.publications().nodes(volume.id()))));
    }
    return reply.build();
  }
}
