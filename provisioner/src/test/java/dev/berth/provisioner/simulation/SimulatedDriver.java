package dev.berth.provisioner.simulation;

import dev.berth.csi.v1.ControllerExpandVolumeRequest;
import dev.berth.csi.v1.ControllerExpandVolumeResponse;
import dev.berth.csi.v1.CreateVolumeRequest;
import dev.berth.csi.v1.CreateVolumeResponse;
import dev.berth.csi.v1.DeleteVolumeRequest;
import dev.berth.csi.v1.DeleteVolumeResponse;
import dev.berth.csi.v1.GetCapacityResponse;
import dev.berth.csi.v1.Topology;
import dev.berth.csi.v1.Volume;
import dev.berth.provisioner.FakeCsi;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The volumes of one node, and a CSI driver that keeps the promises of the specification and no
 * more: a call may go on after its caller was told that nobody knows; meanwhile every other call
 * about the volume is ABORTED; any other status means that nothing is left behind.
 */
final class SimulatedDriver {
  private static final long ROUND_TO = 1 << 20;
  private static final long FOUND = 64L << 20;
  private static final long POOL = (1L << 30) + 4 * FOUND;

  private static final Set<Status.Code> PROMISES_NOTHING =
      Set.of(
          Status.Code.CANCELLED,
          Status.Code.DEADLINE_EXCEEDED,
          Status.Code.UNAVAILABLE,
          Status.Code.ABORTED);

  /** A volume and the request that made it; of one that people made, an empty one. */
  record Stored(Volume volume, CreateVolumeRequest request) {
    boolean madeByHand() {
      return request.getName().isEmpty();
    }
  }

  private final String node;
  private final Consumer<String> beforeDelete;
  private final SimulatedPool.Notes notes;
  private final Map<String, Stored> volumes = new TreeMap<>();
  private final Map<String, Supplier<?>> working = new TreeMap<>();
  private final Set<String> unattended = new TreeSet<>();
  private int changes;

  /**
   * The driver of a node.
   *
   * @param beforeDelete is told the id of a volume that exists and is about to be deleted
   * @param notes what is written down with its volumes
   */
  SimulatedDriver(String node, Consumer<String> beforeDelete, SimulatedPool.Notes notes) {
    this.node = node;
    this.beforeDelete = beforeDelete;
    this.notes = notes;
  }

  SimulatedPool.Notes notes() {
    return notes;
  }

  /** How often a volume was made, deleted or made larger. */
  int changes() {
    return changes;
  }

  String node() {
    return node;
  }

  /** What there is, by id; a view. */
  Map<String, Stored> volumes() {
    return volumes;
  }

  /** The ids of volumes on which work goes on that nobody waits for. */
  List<String> unattended() {
    return List.copyOf(unattended);
  }

  boolean works(String id) {
    return working.containsKey(id);
  }

  /** A volume that a person made. */
  void make(String id, long bytes) {
    Volume volume = Volume.newBuilder().setVolumeId(id).setCapacityBytes(bytes).build();
    volumes.putIfAbsent(id, new Stored(volume, CreateVolumeRequest.getDefaultInstance()));
    notes.made(id);
  }

  /** One that was there before everything else, made by this request. */
  void find(String id, CreateVolumeRequest request) {
    Volume volume = Volume.newBuilder().setVolumeId(id).setCapacityBytes(FOUND).build();
    volumes.put(id, new Stored(volume, request));
  }

  /** A volume goes to the trash. */
  void trash(String id) {
    volumes.remove(id);
    changes++;
  }

  String id(String name) {
    return node + "." + name;
  }

  /** The connection of one process. */
  DriverChannel.Answers answers(Pauses pauses) {
    return (method, request) -> answer(pauses, method, request);
  }

  private Object answer(Pauses pauses, String method, Object request) {
    return switch (request) {
      case CreateVolumeRequest create -> {
        String id = id(create.getName());
        yield change(pauses, method, id, () -> !volumes.containsKey(id), () -> create(id, create));
      }
      case DeleteVolumeRequest delete ->
          change(
              pauses, method, delete.getVolumeId(), () -> true, () -> delete(delete.getVolumeId()));
      case ControllerExpandVolumeRequest expand ->
          change(pauses, method, expand.getVolumeId(), () -> true, () -> expand(expand));
      default -> Introductions.of(node, method, this::capacity);
    };
  }

  /** Some statuses promise that nothing is there, so they cannot be had while something is. */
  private <R> R change(
      Pauses pauses, String method, String id, BooleanSupplier mayRefuse, Supplier<R> effect) {
    String what = method + " " + id;
    Fault first = pauses.at(Point.Stage.CALL, what);
    if (working.containsKey(id)) {
      throw Status.ABORTED
          .withDescription("an operation on " + id + " is under way")
          .asRuntimeException();
    }
    if (first instanceof Fault.Refused(Status.Code code)
        && (PROMISES_NOTHING.contains(code) || mayRefuse.getAsBoolean())) {
      throw status(code);
    }
    working.put(id, effect);
    unattended.add(id); // until it is certain that the caller lives to see the end
    Fault during = pauses.at(Point.Stage.DURING, "working: " + what);
    if (during instanceof Fault.GoesOn(Status.Code code)) {
      throw status(code);
    }
    unattended.remove(id);
    working.remove(id);
    R result = effect.get();
    if (pauses.at(Point.Stage.ANSWER, "answer: " + what) instanceof Fault.LostReply) {
      throw status(Status.Code.UNAVAILABLE);
    }
    return result;
  }

  private static StatusRuntimeException status(Status.Code code) {
    return code.toStatus().withDescription("simulated").asRuntimeException();
  }

  /** Work that nobody waits for comes to its end. */
  boolean finish(String id) {
    if (!unattended.remove(id)) {
      return false;
    }
    Supplier<?> effect = working.remove(id);
    try {
      return effect != null && effect.get() != null;
    } catch (StatusRuntimeException _) {
      return true; // nobody hears it
    }
  }

  private CreateVolumeResponse create(String id, CreateVolumeRequest request) {
    Stored there = volumes.get(id);
    if (there != null && !there.request().equals(request)) {
      throw Status.ALREADY_EXISTS.withDescription(id + " is another").asRuntimeException();
    }
    if (there == null) {
      long size = roundUp(request.getCapacityRange().getRequiredBytes());
      if (size > free()) {
        throw Status.RESOURCE_EXHAUSTED.withDescription(free() + " free").asRuntimeException();
      }
      Volume volume =
          Volume.newBuilder()
              .setVolumeId(id)
              .setCapacityBytes(size)
              .addAccessibleTopology(Topology.newBuilder().putSegments(FakeCsi.TOPOLOGY, node))
              .build();
      there = new Stored(volume, request);
      volumes.put(id, there);
      notes.made(id);
      changes++;
    }
    return CreateVolumeResponse.newBuilder().setVolume(there.volume()).build();
  }

  private DeleteVolumeResponse delete(String id) {
    if (volumes.containsKey(id)) {
      beforeDelete.accept(id);
      volumes.remove(id);
      changes++;
    }
    return DeleteVolumeResponse.getDefaultInstance();
  }

  private ControllerExpandVolumeResponse expand(ControllerExpandVolumeRequest request) {
    Stored there = volumes.get(request.getVolumeId());
    if (there == null) {
      throw Status.NOT_FOUND.withDescription(request.getVolumeId()).asRuntimeException();
    }
    long has = there.volume().getCapacityBytes();
    long size = Math.max(has, roundUp(request.getCapacityRange().getRequiredBytes()));
    if (size - has > free()) {
      throw Status.OUT_OF_RANGE.withDescription(free() + " free").asRuntimeException();
    }
    Volume larger = there.volume().toBuilder().setCapacityBytes(size).build();
    volumes.put(request.getVolumeId(), new Stored(larger, there.request()));
    changes++;
    return ControllerExpandVolumeResponse.newBuilder()
        .setCapacityBytes(size)
        .setNodeExpansionRequired(true)
        .build();
  }

  private GetCapacityResponse capacity() {
    return GetCapacityResponse.newBuilder().setAvailableCapacity(free()).build();
  }

  private long free() {
    return POOL - volumes.values().stream().mapToLong(s -> s.volume().getCapacityBytes()).sum();
  }

  private static long roundUp(long bytes) {
    return Math.ceilDiv(bytes, ROUND_TO) * ROUND_TO;
  }
}
