package dev.berth.controller.health;

import dev.berth.csi.server.health.HealthReplies;
import dev.berth.csi.server.request.Fields;
import dev.berth.csi.server.request.Ids;
import dev.berth.csi.server.work.Reads;
import dev.berth.csi.v1.ControllerGetVolumeHealthRequest;
import dev.berth.csi.v1.ControllerGetVolumeHealthResponse;
import dev.berth.storage.VolumeId;
import dev.berth.storage.health.Ailment;
import dev.berth.storage.health.Checkup;
import java.util.List;

/** ControllerGetVolumeHealth. */
public final class GetVolumeHealth {
  private final Checkup checkup;
  private final Reads reads;

  public GetVolumeHealth(Checkup checkup, Reads reads) {
    this.checkup = checkup;
    this.reads = reads;
  }

  /** A volume that is well has an answer without statuses. */
  public ControllerGetVolumeHealthResponse answer(ControllerGetVolumeHealthRequest q) {
    String text = Fields.required(q.getVolumeId(), "volume_id");
    VolumeId id = Ids.parse(text);
    List<Ailment> ailments = reads.ask("volume " + text, () -> checkup.look(id));
    return ControllerGetVolumeHealthResponse.newBuilder()
        .setVolumeHealth(HealthReplies.volume(text, ailments))
        .build();
  }
}
