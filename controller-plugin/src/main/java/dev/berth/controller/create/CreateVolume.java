package dev.berth.controller.create;

import dev.berth.controller.parameters.ClassParameters;
import dev.berth.controller.parameters.MutableParameters;
import dev.berth.controller.reply.Replies;
import dev.berth.controller.topology.Here;
import dev.berth.csi.server.DriverSettings;
import dev.berth.csi.server.request.Fields;
import dev.berth.csi.server.request.Ranges;
import dev.berth.csi.server.work.OneAtATime;
import dev.berth.csi.server.work.VolumeKey;
import dev.berth.csi.v1.CreateVolumeRequest;
import dev.berth.csi.v1.CreateVolumeResponse;
import dev.berth.csi.v1.TopologyRequirement;
import dev.berth.storage.Bytes;
import dev.berth.storage.Content;
import dev.berth.storage.CreateRequest;
import dev.berth.storage.Original;
import dev.berth.storage.Pools;
import dev.berth.storage.SizeRange;
import dev.berth.storage.Source;
import dev.berth.storage.Volume;
import dev.berth.storage.VolumeId;
import java.util.List;
import java.util.Optional;

/** CreateVolume. */
public final class CreateVolume {
  /** The size of a volume when the request leaves it to us. */
  private static final Bytes DEFAULT_SIZE = Bytes.ofGiB(1);

  private final DriverSettings driver;
  private final Pools pools;
  private final OneAtATime<VolumeKey> work;

  public CreateVolume(DriverSettings driver, Pools pools, OneAtATime<VolumeKey> work) {
    this.driver = driver;
    this.pools = pools;
    this.work = work;
  }

  /** The volume of that name: made, or found as it is asked for. */
  public CreateVolumeResponse answer(CreateVolumeRequest q) {
    String name = Fields.required(q.getName(), "name");
    Fields.required(q.getVolumeCapabilitiesList(), "volume_capabilities");
    Optional<Source> source = Sources.of(q);
    Optional<Original> original =
        source.map(s -> work.reads().ask(s.toString(), () -> Sources.original(pools, s, name)));
    CreateRequest blank = parse(q, name, original);
    CreateRequest request = source.map(blank::from).orElse(blank);
    if (q.hasAccessibilityRequirements()) {
      requireHere(q.getAccessibilityRequirements());
    }
    Volume volume = work.run(keys(name, source), () -> pools.create(request));
    return CreateVolumeResponse.newBuilder().setVolume(Replies.volume(volume, driver)).build();
  }

  /** A volume that is copied must not grow, go or be staged meanwhile; a snapshot never changes. */
  private static List<VolumeKey> keys(String name, Optional<Source> source) {
    VolumeKey made = new VolumeKey.Name(name);
    return source.isPresent() && source.get() instanceof Source.OfVolume(VolumeId id)
        ? List.of(made, new VolumeKey.Id(id.toString()))
        : List.of(made);
  }

  private CreateRequest parse(CreateVolumeRequest q, String name, Optional<Original> original) {
    ClassParameters parameters = ClassParameters.parse(q.getParametersMap());
    Content content =
        Contents.of(
            q.getVolumeCapabilitiesList(),
            parameters,
            driver.isShared(),
            original.map(Original::content));
    return new CreateRequest(
            name,
            size(q, original.isPresent()),
            content,
            parameters.allocation(),
            parameters.pool(),
            parameters.undelete(),
            parameters.own(),
            parameters.claim())
        .tuned(MutableParameters.parse(q.getMutableParamsMap()))
        .freezingAtMost(parameters.maxFreeze());
  }

  /** A copy that may choose has the size of its original. */
  private static SizeRange size(CreateVolumeRequest q, boolean copy) {
    if (!q.hasCapacityRange()) {
      return SizeRange.of(copy ? Bytes.ZERO : DEFAULT_SIZE);
    }
    SizeRange range = Ranges.parse(q.getCapacityRange());
    return range.required().isZero() && !copy
        ? new SizeRange(withinLimit(range), range.limit())
        : range;
  }

  /** Rounded down, because sizes are whole blocks and would else be rounded up beyond the limit. */
  private static Bytes withinLimit(SizeRange range) {
    return DEFAULT_SIZE
        .min(range.limit().orElse(DEFAULT_SIZE))
        .roundDownTo(Content.FILESYSTEM_BLOCK);
  }

  private void requireHere(TopologyRequirement asked) {
    if (!Here.isWithin(driver, asked)) {
      throw Here.elsewhere(driver, asked);
    }
  }
}
