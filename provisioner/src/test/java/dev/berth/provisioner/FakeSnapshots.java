package dev.berth.provisioner;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.google.protobuf.Timestamp;
import dev.berth.csi.v1.CreateSnapshotRequest;
import dev.berth.csi.v1.CreateVolumeGroupSnapshotRequest;
import dev.berth.csi.v1.Snapshot;
import dev.berth.csi.v1.Volume;
import dev.berth.csi.v1.VolumeGroupSnapshot;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** The snapshots of a fake driver, single and in groups; ready at once or later. */
final class FakeSnapshots {
  private static final Timestamp CUT = Timestamp.newBuilder().setSeconds(1_767_323_045).build();

  @GuardedBy("this")
  private final Map<String, Snapshot> byName = new TreeMap<>();

  @GuardedBy("this")
  private final Map<String, VolumeGroupSnapshot> groups = new TreeMap<>();

  @GuardedBy("this")
  private final List<Map<String, String>> secrets = new ArrayList<>();

  @GuardedBy("this")
  private boolean ready = true;

  @GuardedBy("this")
  private int made;

  synchronized void ready(boolean atOnce) {
    ready = atOnce;
  }

  synchronized List<String> names() {
    return List.copyOf(byName.keySet());
  }

  synchronized List<String> groupNames() {
    return List.copyOf(groups.keySet());
  }

  synchronized int made() {
    return made;
  }

  synchronized List<Map<String, String>> secrets() {
    return List.copyOf(secrets);
  }

  synchronized Optional<Snapshot> find(String id) {
    return byName.values().stream().filter(s -> s.getSnapshotId().equals(id)).findFirst();
  }

  synchronized Snapshot create(
      CreateSnapshotRequest request, Function<String, Optional<Volume>> volumes) {
    secrets.add(request.getSecretsMap());
    Volume volume =
        volumes
            .apply(request.getSourceVolumeId())
            .orElseThrow(() -> FakeVolumes.refused(Status.NOT_FOUND, "no such volume"));
    Snapshot there = byName.get(request.getName());
    if (there == null) {
      made++;
      there = cut(request.getName(), volume).build();
    }
    Snapshot now = there.toBuilder().setReadyToUse(ready).build();
    byName.put(request.getName(), now);
    return now;
  }

  private static Snapshot.Builder cut(String name, Volume volume) {
    return Snapshot.newBuilder()
        .setSnapshotId("pool0001." + name)
        .setSourceVolumeId(volume.getVolumeId())
        .setSizeBytes(volume.getCapacityBytes())
        .setCreationTime(CUT);
  }

  synchronized void delete(String id, Map<String, String> given) {
    secrets.add(given);
    if (find(id).filter(s -> !s.getGroupSnapshotId().isEmpty()).isPresent()) {
      throw FakeVolumes.refused(Status.INVALID_ARGUMENT, "a member of a group");
    }
    byName.values().removeIf(snapshot -> snapshot.getSnapshotId().equals(id));
  }

  synchronized VolumeGroupSnapshot createGroup(
      CreateVolumeGroupSnapshotRequest request, Function<String, Optional<Volume>> volumes) {
    VolumeGroupSnapshot there = groups.get(request.getName());
    if (there != null) {
      return there;
    }
    String id = "pool0001." + request.getName();
    VolumeGroupSnapshot.Builder group =
        VolumeGroupSnapshot.newBuilder()
            .setGroupSnapshotId(id)
            .setCreationTime(CUT)
            .setReadyToUse(true);
    for (int i = 0; i < request.getSourceVolumeIdsCount(); i++) {
      Volume volume =
          volumes
              .apply(request.getSourceVolumeIds(i))
              .orElseThrow(() -> FakeVolumes.refused(Status.NOT_FOUND, "no such volume"));
      String name = request.getName() + "-" + i;
      Snapshot member = cut(name, volume).setReadyToUse(true).setGroupSnapshotId(id).build();
      byName.put(name, member);
      group.addSnapshots(member);
    }
    groups.put(request.getName(), group.build());
    made++;
    return group.build();
  }

  synchronized Optional<VolumeGroupSnapshot> group(String id) {
    return groups.values().stream().filter(g -> g.getGroupSnapshotId().equals(id)).findFirst();
  }

  synchronized void deleteGroup(String id) {
    byName.values().removeIf(snapshot -> snapshot.getGroupSnapshotId().equals(id));
    groups.values().removeIf(group -> group.getGroupSnapshotId().equals(id));
  }
}
