package dev.berth.e2e.powercut;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.csi.v1.ListVolumesRequest;
import dev.berth.csi.v1.ListVolumesResponse;
import dev.berth.csi.v1.NodeStageVolumeRequest;
import dev.berth.csi.v1.NodeUnstageVolumeRequest;
import dev.berth.csi.v1.Volume;
import dev.berth.e2e.harness.BerthProcess;
import dev.berth.e2e.harness.CsiClient;
import dev.berth.e2e.harness.Effort;
import dev.berth.e2e.harness.Filesystem;
import dev.berth.e2e.harness.Scratch;
import dev.berth.e2e.harness.Shell;
import dev.berth.e2e.powercut.Truth.Known;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever instant the power fails at: every volume is whole or absent, and what was acknowledged
 * is there.
 */
class PowerCutE2E {
  private static final int CUTS = Effort.of("berth.powercuts", 6, 200);

  /** One clone of the disk with what was promised before the cut began and after it was taken. */
  private record Cut(Path image, Map<String, Known> before, Map<String, Known> after) {}

  @ParameterizedTest(name = "a power cut on a {0} disk loses nothing that was acknowledged")
  @ValueSource(strings = {"xfs", "ext4", "btrfs"})
  void nothing_acknowledged_is_lost(String kind) throws Exception {
    long seed = Long.getLong("berth.seed", System.nanoTime());
    System.out.printf("power cuts on %s: %d cuts, seed %d (-Dberth.seed)%n", kind, CUTS, seed);
    try (Scratch scratch = new Scratch()) {
      Path safe = scratch.filesystem("xfs", "safe", 24576).mountPoint();
      List<Cut> cuts = cutsUnderLoad(scratch, kind, safe, new Random(seed));
      int volumes = 0;
      for (int i = 0; i < cuts.size(); i++) {
        volumes += check(scratch, kind, cuts.get(i), "cut" + i);
        Files.delete(cuts.get(i).image()); // hundreds of them would fill the disk
      }
      System.out.printf("power cuts on %s: %d volumes found, all whole%n", kind, volumes);
      assertThat(volumes).as("volumes that were there when the power failed").isPositive();
    }
  }

  private static List<Cut> cutsUnderLoad(Scratch scratch, String kind, Path safe, Random random)
      throws Exception {
    Path image = safe.resolve("disk.img");
    Truth truth = new Truth();
    List<Cut> cuts = new ArrayList<>();
    try (Filesystem disk = make(kind, image, scratch.folder("disk"));
        BerthProcess berth = berth(scratch, "live", disk.mountPoint(), true);
        CsiClient csi = new CsiClient(scratch.root().resolve("live.sock"));
        ExecutorService users = Executors.newFixedThreadPool(2)) {
      AtomicBoolean enough = new AtomicBoolean();
      List<Future<?>> rounds = new ArrayList<>();
      for (int user = 0; user < 2; user++) {
        Workload workload =
            new Workload(csi, truth, scratch.folder("staging"), new Random(random.nextLong()));
        String prefix = "user" + user + "-";
        rounds.add(
            users.submit(
                () -> {
                  for (int n = 0; !enough.get(); n++) {
                    workload.round(prefix + n);
                  }
                  return workload;
                }));
      }
      for (int i = 0; i < CUTS; i++) {
        LockSupport.parkNanos(random.nextLong(20_000_000, 400_000_000));
        Path clone = safe.resolve("cut" + i + ".img");
        Map<String, Known> before = truth.now();
        Shell.run("cp", "--reflink=always", image.toString(), clone.toString());
        cuts.add(new Cut(clone, before, truth.now()));
      }
      enough.set(true);
      for (Future<?> round : rounds) {
        round.get();
      }
      assertThat(truth.now()).as("volumes that the users got").isNotEmpty();
      berth.stop();
    }
    return cuts;
  }

  /** How many volumes were there. */
  private static int check(Scratch scratch, String kind, Cut cut, String name) throws IOException {
    Path staging = scratch.folder(name + "-stage");
    try (Filesystem disk = Filesystem.mount(kind, cut.image(), scratch.folder(name));
        BerthProcess berth = berth(scratch, name, disk.mountPoint(), false);
        CsiClient csi = new CsiClient(scratch.root().resolve(name + ".sock"))) {
      ListVolumesResponse list =
          csi.controller().listVolumes(ListVolumesRequest.getDefaultInstance());
      Map<String, Volume> found =
          list.getEntriesList().stream()
              .map(ListVolumesResponse.Entry::getVolume)
              .collect(Collectors.toMap(v -> nameOf(v.getVolumeId()), v -> v));
      assertThat(cut.after().keySet())
          .as("nothing that nobody asked for")
          .containsAll(found.keySet());
      cut.after().forEach((volume, known) -> checkPresence(cut, found, volume, known));
      for (Map.Entry<String, Volume> entry : found.entrySet()) {
        checkContents(csi, cut, entry.getKey(), entry.getValue(), staging);
      }
      try (var drafts = Files.list(disk.mountPoint().resolve("drafts"))) {
        assertThat(drafts.toList())
            .as("drafts of the dead instance are swept")
            .hasSizeLessThanOrEqualTo(1);
      }
      berth.stop();
      return found.size();
    }
  }

  private static void checkPresence(Cut cut, Map<String, Volume> found, String name, Known after) {
    Known before = cut.before().getOrDefault(name, new Known(false, false, false, 0, 0, Map.of()));
    if (before.created() && !after.deleteBegun()) {
      assertThat(found).as("created before the cut").containsKey(name);
    }
    if (before.deleted()) {
      assertThat(found).as("deleted before the cut").doesNotContainKey(name);
    }
    Volume volume = found.get(name);
    if (volume != null) {
      assertThat(volume.getCapacityBytes())
          .as("size of %s", name)
          .isBetween(before.atLeast(), after.atMost());
    }
  }

  private static void checkContents(
      CsiClient csi, Cut cut, String name, Volume volume, Path staging) throws IOException {
    Path stage = Files.createDirectories(staging.resolve(name));
    String fsType = volume.getCapacityBytes() >= 300 * Workload.MIB ? "xfs" : "ext4";
    csi.node()
        .nodeStageVolume(
            NodeStageVolumeRequest.newBuilder()
                .setVolumeId(volume.getVolumeId())
                .setStagingTargetPath(stage.toString())
                .setVolumeCapability(Workload.filesystem(fsType))
                .build());
    Known before = cut.before().get(name);
    if (before != null) {
      for (Map.Entry<String, Byte> file : before.files().entrySet()) {
        assertThat(Workload.holds(stage.resolve(file.getKey()), file.getValue()))
            .as("%s of %s, forced to disk before the cut", file.getKey(), name)
            .isTrue();
      }
    }
    csi.node()
        .nodeUnstageVolume(
            NodeUnstageVolumeRequest.newBuilder()
                .setVolumeId(volume.getVolumeId())
                .setStagingTargetPath(stage.toString())
                .build());
  }

  private static Filesystem make(String kind, Path image, Path mountPoint) throws IOException {
    try (var file = new java.io.RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(8L << 30);
    }
    String[] quietly = kind.equals("ext4") ? new String[] {"-q", "-F"} : new String[] {"-q", "-f"};
    Shell.run("mkfs." + kind, quietly[0], quietly[1], image.toString());
    return Filesystem.mount(kind, image, mountPoint);
  }

  private static String nameOf(String volumeId) {
    return volumeId.substring(volumeId.indexOf('.') + 1);
  }

  private static BerthProcess berth(Scratch scratch, String name, Path pool, boolean init) {
    Path socket = scratch.root().resolve(name + ".sock");
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "csi",
                "--driver=local",
                "--endpoint=unix://" + socket,
                "--root=" + scratch.folder(name + "-root"),
                "--pool=disk=" + pool,
                "--node-id=node-1"));
    if (init) {
      arguments.add("--init");
    }
    return BerthProcess.serving(scratch.root().resolve(name + ".log"), socket, arguments);
  }
}
