package dev.berth.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.berth.csi.v1.CreateVolumeGroupSnapshotRequest;
import dev.berth.csi.v1.DeleteSnapshotRequest;
import dev.berth.csi.v1.DeleteVolumeGroupSnapshotRequest;
import dev.berth.csi.v1.GetPluginCapabilitiesRequest;
import dev.berth.csi.v1.GetSnapshotRequest;
import dev.berth.csi.v1.GetVolumeGroupSnapshotRequest;
import dev.berth.csi.v1.GroupControllerGetCapabilitiesRequest;
import dev.berth.csi.v1.GroupControllerServiceCapability.RPC;
import dev.berth.csi.v1.ListSnapshotsRequest;
import dev.berth.csi.v1.PluginCapability;
import dev.berth.csi.v1.Snapshot;
import dev.berth.csi.v1.VolumeGroupSnapshot;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The GroupController service, row by row of its contract. */
class GroupServiceTest {
  @TempDir Path dir;
  private RunningController running;
  private String one;
  private String two;

  @BeforeEach
  void start() {
    running = new RunningController(dir);
    one = create("pvc-1");
    two = create("pvc-2");
  }

  @AfterEach
  void stop() {
    running.close();
  }

  private String create(String name) {
    return running
        .controller()
        .createVolume(Requests.create(name).build())
        .getVolume()
        .getVolumeId();
  }

  private VolumeGroupSnapshot cut(String name, String... volumes) {
    return cut(
        CreateVolumeGroupSnapshotRequest.newBuilder()
            .setName(name)
            .addAllSourceVolumeIds(List.of(volumes)));
  }

  private VolumeGroupSnapshot cut(CreateVolumeGroupSnapshotRequest.Builder request) {
    return running.groups().createVolumeGroupSnapshot(request.build()).getGroupSnapshot();
  }

  private VolumeGroupSnapshot get(String id, List<String> members) {
    return running
        .groups()
        .getVolumeGroupSnapshot(
            GetVolumeGroupSnapshotRequest.newBuilder()
                .setGroupSnapshotId(id)
                .addAllSnapshotIds(members)
                .build())
        .getGroupSnapshot();
  }

  private void delete(String id, List<String> members) {
    var _ =
        running
            .groups()
            .deleteVolumeGroupSnapshot(
                DeleteVolumeGroupSnapshotRequest.newBuilder()
                    .setGroupSnapshotId(id)
                    .addAllSnapshotIds(members)
                    .build());
  }

  private List<Snapshot> list() {
    return running
        .controller()
        .listSnapshots(ListSnapshotsRequest.getDefaultInstance())
        .getEntriesList()
        .stream()
        .map(e -> e.getSnapshot())
        .toList();
  }

  private static List<String> members(VolumeGroupSnapshot group) {
    return group.getSnapshotsList().stream().map(Snapshot::getSnapshotId).toList();
  }

  @Test
  void the_plugin_says_that_it_has_the_service_and_the_service_what_it_can_do() {
    var plugin =
        running.identity().getPluginCapabilities(GetPluginCapabilitiesRequest.getDefaultInstance());
    assertThat(plugin.getCapabilitiesList())
        .anyMatch(
            c ->
                c.getService().getType() == PluginCapability.Service.Type.GROUP_CONTROLLER_SERVICE);
    var groups =
        running
            .groups()
            .groupControllerGetCapabilities(
                GroupControllerGetCapabilitiesRequest.getDefaultInstance());
    assertThat(groups.getCapabilitiesList())
        .extracting(c -> c.getRpc().getType())
        .containsExactly(RPC.Type.CREATE_DELETE_GET_VOLUME_GROUP_SNAPSHOT);
  }

  @Test
  void a_group_has_a_ready_member_for_each_volume_each_of_which_says_so() {
    VolumeGroupSnapshot group = cut("g", one, two);
    assertThat(group.getReadyToUse()).isTrue();
    assertThat(group.getCreationTime().getSeconds()).isPositive();
    assertThat(group.getSnapshotsList())
        .extracting(Snapshot::getSourceVolumeId)
        .containsExactlyInAnyOrder(one, two);
    assertThat(group.getSnapshotsList())
        .allMatch(
            s -> s.getReadyToUse() && s.getGroupSnapshotId().equals(group.getGroupSnapshotId()));
    assertThat(list()).containsExactlyInAnyOrderElementsOf(group.getSnapshotsList());
    Snapshot member = group.getSnapshots(0);
    var asked = GetSnapshotRequest.newBuilder().setSnapshotId(member.getSnapshotId()).build();
    assertThat(running.controller().getSnapshot(asked).getSnapshot()).isEqualTo(member);
    assertThat(get(group.getGroupSnapshotId(), members(group))).isEqualTo(group);
    assertThat(cut("g", two, one)).isEqualTo(group);
  }

  @Test
  void deleting_it_deletes_its_members_however_often_it_is_asked() {
    VolumeGroupSnapshot group = cut("g", one, two);
    delete(group.getGroupSnapshotId(), members(group));
    delete(group.getGroupSnapshotId(), members(group));
    delete("no-group-of-ours", List.of("nor-a-snapshot"));
    assertThat(list()).isEmpty();
  }

  @Test
  void a_member_cannot_be_deleted_alone() {
    VolumeGroupSnapshot group = cut("g", one, two);
    String member = members(group).getFirst();
    var request = DeleteSnapshotRequest.newBuilder().setSnapshotId(member).build();
    refuses(
        () -> {
          var _ = running.controller().deleteSnapshot(request);
        },
        Code.INVALID_ARGUMENT,
        "snapshot %s is a member of group %s and goes with it; delete the group (DeleteVolumeGroupSnapshot)"
            .formatted(member, group.getGroupSnapshotId()));
  }

  @Test
  void what_is_missing_in_a_request_is_named() {
    refuses(() -> cut("", one), Code.INVALID_ARGUMENT, required("name"));
    refuses(() -> cut("g"), Code.INVALID_ARGUMENT, required("source_volume_ids"));
    refuses(() -> get("", List.of()), Code.INVALID_ARGUMENT, required("group_snapshot_id"));
    refuses(() -> delete("", List.of()), Code.INVALID_ARGUMENT, required("group_snapshot_id"));
  }

  private static String required(String field) {
    return field + " is required, and this request leaves it empty";
  }

  @Test
  void a_name_that_is_taken_by_a_group_of_other_volumes_or_parameters_is_a_conflict() {
    cut("g", one, two);
    var refusal = refusal(() -> cut("g", one));
    assertThat(refusal.getStatus().getCode()).isEqualTo(Code.ALREADY_EXISTS);
    var other =
        CreateVolumeGroupSnapshotRequest.newBuilder()
            .setName("g")
            .addSourceVolumeIds(one)
            .addSourceVolumeIds(two)
            .putParameters("maxFreeze", "500ms")
            .putParameters("csi.storage.k8s.io/volumegroupsnapshot/name", "g");
    assertThat(refusal(() -> cut(other)).getStatus().getCode()).isEqualTo(Code.ALREADY_EXISTS);
  }

  @Test
  void a_volume_or_a_parameter_that_is_not_known_is_refused() {
    refuses(
        () -> cut("g", one, "v"),
        Code.NOT_FOUND,
        "volume 'v' does not exist; ids of this driver look like <pool id>.<name>");
    refuses(
        () ->
            cut(
                CreateVolumeGroupSnapshotRequest.newBuilder()
                    .setName("g")
                    .addSourceVolumeIds(one)
                    .putParameters("maxFreeze", "soon")),
        Code.INVALID_ARGUMENT,
        "parameters.maxFreeze \"soon\" is not valid; it takes a duration such as 2s or 500ms");
    refuses(
        () ->
            cut(
                CreateVolumeGroupSnapshotRequest.newBuilder()
                    .setName("g")
                    .addSourceVolumeIds(one)
                    .putParameters("speed", "high")),
        Code.INVALID_ARGUMENT,
        "parameters.speed: not known; snapshots of this driver take maxFreeze only, leave the rest out of the class");
  }

  @Test
  void who_names_other_members_than_it_has_is_told_so() {
    VolumeGroupSnapshot group = cut("g", one, two);
    String id = group.getGroupSnapshotId();
    String message =
        "snapshot_ids [] are not the members of group %s, which are %s; name exactly these"
            .formatted(id, members(group).stream().sorted().toList());
    refuses(() -> get(id, List.of()), Code.INVALID_ARGUMENT, message);
    refuses(() -> delete(id, List.of()), Code.INVALID_ARGUMENT, message);
    refuses(
        () -> get("no-group-of-ours", List.of()),
        Code.NOT_FOUND,
        "group 'no-group-of-ours' does not exist; ids of this driver look like <pool id>.<name>");
  }

  private static StatusRuntimeException refusal(Runnable call) {
    return catchThrowableOfType(StatusRuntimeException.class, call::run);
  }

  private static void refuses(Runnable call, Code code, String message) {
    var refusal = refusal(call);
    assertThat(refusal.getStatus().getCode()).isEqualTo(code);
    assertThat(refusal.getStatus().getDescription()).isEqualTo(message);
  }
}
