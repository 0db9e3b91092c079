package dev.berth.controller.capacity;

import com.google.protobuf.Int64Value;
import dev.berth.controller.create.Contents;
import dev.berth.controller.parameters.ClassParameters;
import dev.berth.csi.server.DriverSettings;
import dev.berth.csi.server.work.Reads;
import dev.berth.csi.v1.GetCapacityRequest;
import dev.berth.csi.v1.GetCapacityResponse;
import dev.berth.storage.Bytes;
import dev.berth.storage.Capacity;
import dev.berth.storage.Content;
import dev.berth.storage.Pools;
import java.util.Optional;

/** GetCapacity. */
public final class GetCapacity {
  private final DriverSettings driver;
  private final Pools pools;
  private final Reads reads;

  public GetCapacity(DriverSettings driver, Pools pools, Reads reads) {
    this.reads = reads;
    this.driver = driver;
    this.pools = pools;
  }

  /** All that is given narrows the question; elsewhere there is nothing of ours. */
  public GetCapacityResponse answer(GetCapacityRequest q) {
    ClassParameters parameters = ClassParameters.parseUnstripped(q.getParametersMap());
    Optional<Content> content =
        q.getVolumeCapabilitiesCount() == 0
            ? Contents.unused(parameters)
                .or(() -> ClassParameters.fsType(q.getParametersMap()).map(Content.Filesystem::new))
            : Optional.of(
                Contents.of(q.getVolumeCapabilitiesList(), parameters, driver.isShared()));
    if (q.hasAccessibleTopology() && !driver.isWithin(q.getAccessibleTopology())) {
      return reply(Capacity.NONE, content);
    }
    String about = parameters.pool().map(p -> "pool " + p).orElse("the pools");
    Content asked = content.orElse(Contents.UNASKED);
    return reply(
        reads.ask(about, () -> pools.capacity(parameters.pool(), asked, parameters.allocation())),
        content);
  }

  private static GetCapacityResponse reply(Capacity capacity, Optional<Content> content) {
    // Nothing would be made in room that is too small for the filesystem: small claims are rounded
    // up. Where nobody says what the volumes hold, they hold the default filesystem.
    Bytes least = content.orElse(Contents.UNASKED).minimumSize();
    boolean room = !capacity.maximumVolume().isLessThan(least);
    var reply =
        GetCapacityResponse.newBuilder()
            .setAvailableCapacity(capacity.available().value())
            .setMaximumVolumeSize(Int64Value.of(room ? capacity.maximumVolume().value() : 0));
    content
        .map(Content::minimumSize)
        .map(Bytes::value)
        .ifPresent(bytes -> reply.setMinimumVolumeSize(Int64Value.of(bytes)));
    return reply.build();
  }
}
