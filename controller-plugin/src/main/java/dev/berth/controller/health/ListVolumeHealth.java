package dev.berth.controller.health;

import dev.berth.controller.list.Page;
import dev.berth.csi.server.health.HealthReplies;
import dev.berth.csi.server.work.Reads;
import dev.berth.csi.v1.ControllerListVolumeHealthRequest;
import dev.berth.csi.v1.ControllerListVolumeHealthResponse;
import dev.berth.csi.v1.VolumeHealth;
import dev.berth.storage.VolumeException.NotFound;
import dev.berth.storage.VolumeId;
import dev.berth.storage.health.Checkup;
import java.util.stream.Stream;

/** ControllerListVolumeHealth. */
public final class ListVolumeHealth {
  private final Checkup checkup;
  private final Reads reads;

  public ListVolumeHealth(Checkup checkup, Reads reads) {
    this.checkup = checkup;
    this.reads = reads;
  }

  /** Only volumes that ail, in the order of their ids; it looks no further than the page needs. */
  public ControllerListVolumeHealthResponse answer(ControllerListVolumeHealthRequest q) {
    Page.Request asked = Page.Request.of(q.getStartingToken(), q.getMaxEntries());
    Page<VolumeHealth> page =
        reads.ask(
            "the health of all volumes",
            () ->
                Page.of(
                    checkup
                        .all()
                        .filter(id -> asked.isNotYetSeen(id.toString()))
                        .flatMap(this::ailing),
                    VolumeHealth::getVolumeId,
                    asked));
    return ControllerListVolumeHealthResponse.newBuilder()
        .addAllEntries(page.entries())
        .setNextToken(page.nextToken())
        .build();
  }

  private Stream<VolumeHealth> ailing(VolumeId id) {
    try {
      return Stream.of(HealthReplies.volume(id.toString(), checkup.look(id)))
          .filter(health -> health.getHealthStatusesCount() > 0);
    } catch (NotFound deletedMeanwhile) {
      return Stream.empty();
    }
  }
}
