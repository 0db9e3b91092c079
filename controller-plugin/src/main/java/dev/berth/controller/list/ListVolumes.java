package dev.berth.controller.list;

import dev.berth.controller.reply.Replies;
import dev.berth.csi.server.DriverSettings;
import dev.berth.csi.v1.ListVolumesRequest;
import dev.berth.csi.v1.ListVolumesResponse;
import dev.berth.storage.Pools;
import dev.berth.storage.Volume;
import io.grpc.Status;
import java.util.List;

/** ListVolumes. */
public final class ListVolumes {
  /** What fits a message of 4 MiB, the most that a gRPC client takes unless told otherwise. */
  private static final int LARGEST_PAGE = 10_000;

  private final DriverSettings driver;
  private final Pools pools;

  public ListVolumes(DriverSettings driver, Pools pools) {
    this.driver = driver;
    this.pools = pools;
  }

  /** Volumes in the order of their ids; a page begins after the id that its token tells. */
  public ListVolumesResponse answer(ListVolumesRequest q) {
    List<Volume> rest = pools.list();
    if (!q.getStartingToken().isEmpty()) {
      PageToken after = PageToken.parse(q.getStartingToken()).orElseThrow(ListVolumes::badToken);
      rest = rest.stream().filter(v -> after.isBefore(v.id())).toList();
    }
    int size = q.getMaxEntries() == 0 ? LARGEST_PAGE : Math.min(q.getMaxEntries(), LARGEST_PAGE);
    List<Volume> page = rest.subList(0, Math.min(size, rest.size()));
    var reply = ListVolumesResponse.newBuilder();
    for (Volume volume : page) {
      reply.addEntries(
          ListVolumesResponse.Entry.newBuilder().setVolume(Replies.volume(volume, driver)));
    }
    if (page.size() < rest.size()) {
      reply.setNextToken(PageToken.after(page.getLast().id()).toString());
    }
    return reply.build();
  }

  /** CSI gives this the code ABORTED: the caller begins again without a token. */
  private static RuntimeException badToken() {
    return Status.ABORTED
        .withDescription("starting_token is not a next_token of ListVolumes; list again without it")
        .asRuntimeException();
  }
}
