package dev.berth.controller.snapshot;

import dev.berth.controller.list.Page;
import dev.berth.controller.reply.Replies;
import dev.berth.csi.server.DriverSettings;
import dev.berth.csi.v1.ListSnapshotsRequest;
import dev.berth.csi.v1.ListSnapshotsResponse;
import dev.berth.storage.Pools;
import dev.berth.storage.Snapshot;
import java.util.stream.Stream;

/** ListSnapshots. */
public final class ListSnapshots {
  private final DriverSettings driver;
  private final Pools pools;

  public ListSnapshots(DriverSettings driver, Pools pools) {
    this.driver = driver;
    this.pools = pools;
  }

  /** Snapshots in the order of their ids that pass both filters. */
  public ListSnapshotsResponse answer(ListSnapshotsRequest q) {
    Page.Request asked = Page.Request.of(q.getStartingToken(), q.getMaxEntries());
    Stream<Snapshot> wanted =
        pools.snapshots().list().stream()
            .filter(s -> isWanted(q.getSnapshotId(), s.id().toString()))
            .filter(s -> isWanted(q.getSourceVolumeId(), s.source().toString()));
    Page<Snapshot> page = Page.of(wanted, s -> s.id().toString(), asked);
    var reply = ListSnapshotsResponse.newBuilder().setNextToken(page.nextToken());
    for (Snapshot snapshot : page.entries()) {
      reply.addEntries(
          ListSnapshotsResponse.Entry.newBuilder().setSnapshot(Replies.snapshot(snapshot, driver)));
    }
    return reply.build();
  }

  private static boolean isWanted(String filter, String value) {
    return filter.isEmpty() || filter.equals(value);
  }
}
