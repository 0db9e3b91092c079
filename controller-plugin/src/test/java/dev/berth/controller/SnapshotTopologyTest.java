package dev.berth.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.berth.csi.server.DriverSettings;
import dev.berth.csi.v1.CreateSnapshotRequest;
import dev.berth.csi.v1.CreateVolumeGroupSnapshotRequest;
import dev.berth.csi.v1.GetPluginCapabilitiesRequest;
import dev.berth.csi.v1.GetSnapshotRequest;
import dev.berth.csi.v1.ListSnapshotsRequest;
import dev.berth.csi.v1.PluginCapability;
import dev.berth.csi.v1.Snapshot;
import dev.berth.csi.v1.Topology;
import dev.berth.csi.v1.TopologyRequirement;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots that tell where they can be restored, which a driver does when it is set to. */
class SnapshotTopologyTest {
  private static final DriverSettings DRIVER =
      new DriverSettings("local.berth.dev", "node-1", "0.1.0").withSnapshotTopology();
  private static final Topology HERE = DRIVER.topology().orElseThrow();
  private static final Topology THERE =
      Topology.newBuilder().putSegments(DRIVER.topologyKey(), "node-9").build();
  @TempDir Path dir;
  private RunningController running;
  private String volume = "";

  @BeforeEach
  void start() {
    running = new RunningController(dir, DRIVER);
    volume =
        running
            .controller()
            .createVolume(Requests.create("data").build())
            .getVolume()
            .getVolumeId();
  }

  @AfterEach
  void stop() {
    running.close();
  }

  @Test
  void it_is_announced() {
    assertThat(
            running
                .identity()
                .getPluginCapabilities(GetPluginCapabilitiesRequest.getDefaultInstance())
                .getCapabilitiesList())
        .extracting(c -> c.getService().getType())
        .contains(PluginCapability.Service.Type.SNAPSHOT_ACCESSIBILITY_CONSTRAINTS);
  }

  @Test
  void a_snapshot_is_where_its_volume_is_and_every_answer_says_so() {
    Snapshot asked = cut("asked", requisite(THERE, HERE));
    assertThat(asked.getAccessibleTopologyList()).containsExactly(HERE);
    assertThat(cut("preferred", TopologyRequirement.newBuilder().addPreferred(THERE).build()))
        .extracting(Snapshot::getAccessibleTopologyList)
        .isEqualTo(List.of(HERE));
    assertThat(cut("asked", requisite(HERE))).isEqualTo(asked);
    assertThat(
            running
                .controller()
                .getSnapshot(
                    GetSnapshotRequest.newBuilder().setSnapshotId(asked.getSnapshotId()).build())
                .getSnapshot())
        .isEqualTo(asked);
    assertThat(
            running
                .controller()
                .listSnapshots(ListSnapshotsRequest.getDefaultInstance())
                .getEntriesList())
        .hasSize(2)
        .allSatisfy(
            e -> assertThat(e.getSnapshot().getAccessibleTopologyList()).containsExactly(HERE));
    assertThat(
            running
                .groups()
                .createVolumeGroupSnapshot(
                    CreateVolumeGroupSnapshotRequest.newBuilder()
                        .setName("group")
                        .addSourceVolumeIds(volume)
                        .build())
                .getGroupSnapshot()
                .getSnapshots(0)
                .getAccessibleTopologyList())
        .containsExactly(HERE);
  }

  @Test
  void elsewhere_there_is_none_and_one_that_is_here_is_another() {
    assertThat(code("new", requisite(THERE))).isEqualTo(Code.RESOURCE_EXHAUSTED);
    var _ = cut("there", requisite(HERE));
    assertThat(code("there", requisite(THERE))).isEqualTo(Code.ALREADY_EXISTS);
    assertThat(code("new", TopologyRequirement.getDefaultInstance()))
        .isEqualTo(Code.INVALID_ARGUMENT);
  }

  private static TopologyRequirement requisite(Topology... places) {
    return TopologyRequirement.newBuilder().addAllRequisite(List.of(places)).build();
  }

  private Code code(String name, TopologyRequirement asked) {
    return catchThrowableOfType(StatusRuntimeException.class, () -> cut(name, asked))
        .getStatus()
        .getCode();
  }

  private Snapshot cut(String name, TopologyRequirement asked) {
    return running
        .controller()
        .createSnapshot(
            CreateSnapshotRequest.newBuilder()
                .setName(name)
                .setSourceVolumeId(volume)
                .setAccessibilityRequirements(asked)
                .build())
        .getSnapshot();
  }
}
