package dev.berth.provisioner;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.google.protobuf.Int64Value;
import dev.berth.csi.v1.ControllerExpandVolumeRequest;
import dev.berth.csi.v1.ControllerModifyVolumeRequest;
import dev.berth.csi.v1.CreateVolumeRequest;
import dev.berth.csi.v1.DeleteVolumeRequest;
import dev.berth.csi.v1.GetCapacityResponse;
import dev.berth.csi.v1.Topology;
import dev.berth.csi.v1.Volume;
import dev.berth.csi.v1.VolumeContentSource;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The volumes of a fake driver: idempotent by name, in a pool that can be full. */
final class FakeVolumes {
  private static final long ROUND_TO = 1 << 20;

  private final String nodeName;
  private final FakeSnapshots snapshots;

  @GuardedBy("this")
  private final Map<String, Volume> byName = new TreeMap<>();

  @GuardedBy("this")
  private final Map<String, CreateVolumeRequest> requests = new HashMap<>();

  @GuardedBy("this")
  private final Map<String, Map<String, String>> attributes = new TreeMap<>();

  @GuardedBy("this")
  private final List<Map<String, String>> secrets = new ArrayList<>();

  @GuardedBy("this")
  private int made;

  @GuardedBy("this")
  private long poolSize = 1L << 40;

  @GuardedBy("this")
  private boolean fills = true;

  FakeVolumes(String nodeName, FakeSnapshots snapshots) {
    this.nodeName = nodeName;
    this.snapshots = snapshots;
  }

  synchronized void poolSize(long bytes) {
    poolSize = bytes;
  }

  synchronized void fills(boolean does) {
    fills = does;
  }

  @GuardedBy("this")
  private long free() {
    return poolSize - byName.values().stream().mapToLong(Volume::getCapacityBytes).sum();
  }

  synchronized List<Map<String, String>> secrets() {
    return List.copyOf(secrets);
  }

  synchronized List<String> names() {
    return List.copyOf(byName.keySet());
  }

  synchronized Optional<Volume> named(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  synchronized Optional<Volume> byId(String id) {
    return byName.values().stream().filter(v -> v.getVolumeId().equals(id)).findFirst();
  }

  synchronized Optional<CreateVolumeRequest> request(String name) {
    return Optional.ofNullable(requests.get(name));
  }

  synchronized Map<String, String> attributes(String id) {
    return attributes.getOrDefault(id, Map.of());
  }

  synchronized int made() {
    return made;
  }

  synchronized Volume create(CreateVolumeRequest given) {
    secrets.add(given.getSecretsMap());
    CreateVolumeRequest request = given.toBuilder().clearSecrets().build();
    CreateVolumeRequest before = requests.get(request.getName());
    if (before != null && !before.equals(request)) {
      throw refused(Status.ALREADY_EXISTS, "name " + request.getName() + " is taken");
    }
    Volume there = byName.get(request.getName());
    if (there != null) {
      return there;
    }
    long size = request.getCapacityRange().getRequiredBytes();
    if (size > free()) {
      throw refused(Status.RESOURCE_EXHAUSTED, "pool main has " + free() + " bytes free");
    }
    requireSource(request);
    Volume.Builder volume =
        Volume.newBuilder()
            .setVolumeId(
                (nodeName.equals(FakeCsi.NODE) ? "pool0001." : nodeName + ".") + request.getName())
            .setCapacityBytes(Math.ceilDiv(size, ROUND_TO) * ROUND_TO)
            .putVolumeContext("pool", "main")
            .addAccessibleTopology(Topology.newBuilder().putSegments(FakeCsi.TOPOLOGY, nodeName));
    if (request.hasVolumeContentSource() && fills) {
      volume.setContentSource(request.getVolumeContentSource());
    }
    byName.put(request.getName(), volume.build());
    requests.put(request.getName(), request);
    attributes.put(volume.getVolumeId(), request.getMutableParamsMap());
    made++;
    return volume.build();
  }

  @GuardedBy("this")
  private void requireSource(CreateVolumeRequest request) {
    VolumeContentSource source = request.getVolumeContentSource();
    boolean missing =
        switch (source.getTypeCase()) {
          case SNAPSHOT -> snapshots.find(source.getSnapshot().getSnapshotId()).isEmpty();
          case VOLUME -> byId(source.getVolume().getVolumeId()).isEmpty();
          case TYPE_NOT_SET -> false;
        };
    if (missing) {
      throw refused(Status.NOT_FOUND, "no such source");
    }
  }

  synchronized void delete(DeleteVolumeRequest request) {
    String id = request.getVolumeId();
    secrets.add(request.getSecretsMap());
    byName.values().removeIf(volume -> volume.getVolumeId().equals(id));
    requests.keySet().retainAll(byName.keySet());
    attributes.remove(id);
  }

  synchronized long expand(ControllerExpandVolumeRequest request) {
    secrets.add(request.getSecretsMap());
    long wanted = request.getCapacityRange().getRequiredBytes();
    var found =
        byName.entrySet().stream()
            .filter(entry -> entry.getValue().getVolumeId().equals(request.getVolumeId()))
            .findFirst()
            .orElseThrow(() -> Status.NOT_FOUND.asRuntimeException());
    long size = Math.max(wanted, found.getValue().getCapacityBytes());
    found.setValue(found.getValue().toBuilder().setCapacityBytes(size).build());
    return size;
  }

  /** All or none; {@code unknown} is a key that this driver does not know. */
  synchronized void modify(ControllerModifyVolumeRequest request) {
    if (byId(request.getVolumeId()).isEmpty()) {
      throw refused(Status.NOT_FOUND, "no such volume");
    }
    if (request.getMutableParametersMap().containsKey("unknown")) {
      throw refused(Status.INVALID_ARGUMENT, "mutable_parameters.unknown: not known");
    }
    Map<String, String> now = new TreeMap<>(attributes(request.getVolumeId()));
    now.putAll(request.getMutableParametersMap());
    attributes.put(request.getVolumeId(), now);
  }

  synchronized GetCapacityResponse capacity() {
    return GetCapacityResponse.newBuilder()
        .setAvailableCapacity(free())
        .setMaximumVolumeSize(Int64Value.of(free()))
        .build();
  }

  static io.grpc.StatusRuntimeException refused(Status status, String why) {
    return status.withDescription(why).asRuntimeException();
  }
}
