package dev.berth.controller.validate;

import dev.berth.controller.parameters.ClassParameters;
import dev.berth.controller.parameters.MutableParameters;
import dev.berth.csi.server.request.Capability;
import dev.berth.csi.server.request.Fields;
import dev.berth.csi.server.request.Ids;
import dev.berth.csi.server.request.Limits;
import dev.berth.csi.server.work.Reads;
import dev.berth.csi.v1.ValidateVolumeCapabilitiesRequest;
import dev.berth.csi.v1.ValidateVolumeCapabilitiesResponse;
import dev.berth.csi.v1.ValidateVolumeCapabilitiesResponse.Confirmed;
import dev.berth.storage.Pools;
import dev.berth.storage.Volume;
import dev.berth.storage.VolumeException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** ValidateVolumeCapabilities. */
public final class ValidateVolumeCapabilities {
  private final Pools pools;

  private final Reads reads;

  public ValidateVolumeCapabilities(Pools pools, Reads reads) {
    this.reads = reads;
    this.pools = pools;
  }

  /**
   * What is not supported is an answer here and no error: no {@code confirmed}, and a message. What
   * was checked is repeated in the answer and nothing else; a volume context is never checked,
   * because this driver gives none.
   */
  public ValidateVolumeCapabilitiesResponse answer(ValidateVolumeCapabilitiesRequest q) {
    String id = Fields.required(q.getVolumeId(), "volume_id");
    Fields.required(q.getVolumeCapabilitiesList(), "volume_capabilities");
    Volume volume = reads.ask("volume " + id, () -> Ids.existing(pools, id));
    List<Capability> asked =
        IntStream.range(0, q.getVolumeCapabilitiesCount())
            .mapToObj(
                i -> Capability.parse(q.getVolumeCapabilities(i), "volume_capabilities[" + i + "]"))
            .toList();
    boolean shared = pools.publications().isShared(volume.id());
    Optional<String> problem =
        asked.stream()
            .flatMap(c -> c.unsupported(volume, shared).stream())
            .findFirst()
            .or(() -> unlike(volume, q.getParametersMap()))
            .or(() -> unlikeNow(volume, q.getMutableParamsMap()));
    var reply = ValidateVolumeCapabilitiesResponse.newBuilder();
    problem.ifPresentOrElse(
        why -> reply.setMessage(Limits.shortened(why)),
        () ->
            reply.setConfirmed(
                Confirmed.newBuilder()
                    .addAllVolumeCapabilities(q.getVolumeCapabilitiesList())
                    .putAllParameters(q.getParametersMap())
                    .putAllMutableParams(q.getMutableParamsMap())));
    return reply.build();
  }

  private static Optional<String> unlike(Volume volume, Map<String, String> parameters) {
    try {
      ClassParameters asked = ClassParameters.parse(parameters);
      return parameters.isEmpty() || asked.isLike(volume)
          ? Optional.empty()
          : Optional.of("parameters are not those that the volume was made with");
    } catch (VolumeException.Invalid e) {
      return Optional.of(e.getMessage());
    }
  }

  private static Optional<String> unlikeNow(Volume volume, Map<String, String> mutable) {
    try {
      return volume.tuning().has(MutableParameters.parse(mutable))
          ? Optional.empty()
          : Optional.of("mutable_parameters are not those that the volume has now");
    } catch (VolumeException.Invalid e) {
      return Optional.of(e.getMessage());
    }
  }
}
