package dev.berth.e2e.shared;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.csi.v1.CapacityRange;
import dev.berth.csi.v1.ControllerPublishVolumeRequest;
import dev.berth.csi.v1.ControllerUnpublishVolumeRequest;
import dev.berth.csi.v1.CreateVolumeRequest;
import dev.berth.csi.v1.DeleteVolumeRequest;
import dev.berth.csi.v1.NodeStageVolumeRequest;
import dev.berth.csi.v1.NodeUnstageVolumeRequest;
import dev.berth.csi.v1.VolumeCapability;
import dev.berth.csi.v1.VolumeCapability.AccessMode;
import io.grpc.Status;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.BooleanSupplier;

/** What one volume lives through, and what must be true of it after each step. */
final class Story {
  private static final VolumeCapability RAW =
      VolumeCapability.newBuilder()
          .setBlock(VolumeCapability.BlockVolume.getDefaultInstance())
          .setAccessMode(AccessMode.newBuilder().setMode(AccessMode.Mode.SINGLE_NODE_WRITER))
          .build();

  private final Fleet fleet;
  private final String name;
  private final boolean clones;
  private final Path staging;
  private final Random random;
  private final List<String> told = new ArrayList<>();
  private Optional<String> id = Optional.empty();
  private int published = -1;
  private int holder = -1;
  private long epoch;
  private long written;
  private long value;

  /** By node: the epoch of the image that its loop device has. */
  private final Map<Integer, Long> attached = new HashMap<>();

  private int takeovers;
  private int steps;

  /**
   * @param clones whether the pool's filesystem can clone files
   */
  Story(Fleet fleet, String name, boolean clones, Path staging, Random random) {
    this.fleet = fleet;
    this.name = name;
    this.clones = clones;
    this.staging = staging;
    this.random = random;
  }

  int steps() {
    return steps;
  }

  int takeovers() {
    return takeovers;
  }

  /** Takes steps until {@code ended}. */
  void live(BooleanSupplier ended) {
    while (!ended.getAsBoolean()) {
      step();
    }
  }

  private void step() {
    steps++;
    int node = random.nextInt(Fleet.NODES);
    if (id.isEmpty()) {
      create(node);
      return;
    }
    switch (random.nextInt(12)) {
      case 0, 1, 2 -> publish(node, random.nextInt(Fleet.NODES));
      case 3, 4, 5 -> stage(published >= 0 && random.nextInt(4) > 0 ? published : node);
      case 6, 7 -> write(node);
      case 8, 9 -> unstage(node);
      case 10 -> unpublish(node);
      default -> delete(node);
    }
  }

  private void create(int node) {
    var request =
        CreateVolumeRequest.newBuilder()
            .setName(name)
            .setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(1 << 20))
            .addVolumeCapabilities(RAW)
            .build();
    String[] made = new String[1];
    expect(
        Optional.empty(),
        fleet.ask(
            node, c -> made[0] = c.controller().createVolume(request).getVolume().getVolumeId()),
        "create at " + node);
    id = Optional.of(made[0]);
    published = -1;
    holder = -1;
    epoch = 0;
    value = 0;
  }

  private void publish(int asked, int node) {
    var request =
        ControllerPublishVolumeRequest.newBuilder()
            .setVolumeId(id.orElseThrow())
            .setNodeId(Fleet.id(node))
            .setVolumeCapability(RAW)
            .build();
    long[] got = new long[1];
    boolean isAttached = holder >= 0 && Long.valueOf(epoch).equals(attached.get(holder));
    boolean refused = published >= 0 ? published != node : holder != node && isAttached && !clones;
    expect(
        refused ? Optional.of(Status.Code.FAILED_PRECONDITION) : Optional.empty(),
        fleet.ask(
            asked,
            c ->
                got[0] =
                    Long.parseLong(
                        c.controller()
                            .controllerPublishVolume(request)
                            .getPublishContextOrThrow("epoch"))),
        "publish to " + node + " at " + asked);
    if (!refused) {
      takeovers += holder != node && isAttached ? 1 : 0;
      long wanted = holder == node ? epoch : epoch + 1;
      assertThat(got[0]).as("%s", told).isEqualTo(wanted);
      published = node;
      holder = node;
      epoch = wanted;
    }
  }

  private void stage(int node) {
    long said = random.nextInt(6) == 0 ? Math.max(1, epoch - 1) : Math.max(1, epoch);
    var request =
        NodeStageVolumeRequest.newBuilder()
            .setVolumeId(id.orElseThrow())
            .setStagingTargetPath(staging.toString())
            .setVolumeCapability(RAW)
            .putPublishContext("epoch", Long.toString(said))
            .build();
    boolean refused = published != node || said != epoch;
    expect(
        refused ? Optional.of(Status.Code.FAILED_PRECONDITION) : Optional.empty(),
        fleet.ask(node, c -> c.node().nodeStageVolume(request)),
        "stage at " + node + " with epoch " + said);
    if (!refused) {
      attached.put(node, epoch);
      requireOneWriter();
      requireValue();
    }
  }

  private void unstage(int node) {
    var request =
        NodeUnstageVolumeRequest.newBuilder()
            .setVolumeId(id.orElseThrow())
            .setStagingTargetPath(staging.toString())
            .build();
    expect(
        Optional.empty(),
        fleet.ask(node, c -> c.node().nodeUnstageVolume(request)),
        "unstage at " + node);
    attached.remove(node);
  }

  private void unpublish(int node) {
    int from = random.nextInt(3) == 0 ? node : published;
    var request =
        ControllerUnpublishVolumeRequest.newBuilder()
            .setVolumeId(id.orElseThrow())
            .setNodeId(from < 0 ? "" : Fleet.id(from))
            .build();
    expect(
        Optional.empty(),
        fleet.ask(node, c -> c.controller().controllerUnpublishVolume(request)),
        "unpublish from " + from + " at " + node);
    if (from < 0 || from == published) {
      published = -1;
    }
  }

  private void delete(int node) {
    var request = DeleteVolumeRequest.newBuilder().setVolumeId(id.orElseThrow()).build();
    boolean inUse =
        published >= 0 || (holder >= 0 && Long.valueOf(epoch).equals(attached.get(holder)));
    expect(
        inUse ? Optional.of(Status.Code.FAILED_PRECONDITION) : Optional.empty(),
        fleet.ask(node, c -> c.controller().deleteVolume(request)),
        "delete at " + node);
    if (!inUse) {
      attached.keySet().stream().toList().forEach(this::unstage);
      id = Optional.empty();
    }
  }

  /** Who has an earlier image writes as well: nobody must ever read that. */
  private void write(int node) {
    Long has = attached.get(node);
    if (has == null) {
      return;
    }
    written++;
    told("write " + written + " at " + node + " to epoch " + has);
    Loops.write(Loops.of(folder(), has, Fleet.id(node)), written);
    if (has == epoch && holder == node) {
      value = written;
    }
    requireValue();
  }

  private void requireValue() {
    String image = epoch == 0 ? "image" : "image." + epoch + "." + Fleet.id(holder);
    assertThat(Loops.read(folder().resolve(image))).as("%s", told).isEqualTo(value);
  }

  private void requireOneWriter() {
    assertThat(Loops.inodesBelow(folder())).as("%s", told).doesNotHaveDuplicates();
  }

  private Path folder() {
    return fleet.pool().resolve("volumes").resolve(name);
  }

  /** Takes everything away. */
  void end() {
    if (id.isPresent()) {
      unpublish(published < 0 ? 0 : published);
      published = published < 0 ? -1 : published;
      while (published >= 0) {
        unpublish(0);
      }
      for (int node = 0; node < Fleet.NODES; node++) {
        unstage(node);
      }
      delete(0);
    }
  }

  private void expect(Optional<Status.Code> wanted, Optional<Status.Code> got, String what) {
    told(what + " -> " + got);
    assertThat(got).as("%s: %s", name, told).isEqualTo(wanted);
  }

  private void told(String what) {
    told.add(what);
    if (told.size() > 40) {
      told.removeFirst();
    }
  }
}
