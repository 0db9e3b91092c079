package dev.berth.storage;

import static dev.berth.storage.PoolWorkshop.holding;
import static dev.berth.storage.PoolWorkshop.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.storage.VolumeException.NotNow;
import dev.berth.storage.image.Images;
import dev.berth.storage.linux.Linux;
import dev.berth.storage.linux.LoopFilesystem;
import dev.berth.storage.linux.LoopFilesystem.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Groups of snapshots on real filesystems, of volumes that are being written to. */
class GroupsIT {
  private static final Linux LINUX = Linux.real();
  private static final Content RAW = new Content.Block(Bytes.of(4096));
  private static final int MEMBERS = 3;

  private final Images images = new Images(LINUX);
  private Path directory;
  private ScheduledExecutorService background;

  @BeforeEach
  void start(@TempDir Path temporary) throws IOException {
    directory = temporary.toRealPath();
    background = Executors.newSingleThreadScheduledExecutor();
  }

  @AfterEach
  void stop() {
    background.close();
  }

  private Pools open(LoopFilesystem filesystem) {
    PoolName name = new PoolName(Disk.name(filesystem.path()));
    return Pools.open(
        List.of(PoolSettings.of(name, filesystem.path(), true)),
        LINUX,
        PoolsContext.of(directory.resolve("state"), InstantSource.system(), background));
  }

  private static List<Volume> volumes(Pools pools, Content content) {
    List<Volume> made = new ArrayList<>();
    for (String name : List.of("a", "b", "c")) {
      made.add(pools.create(holding(request(name, Bytes.ofMiB(300)), content)));
    }
    return made;
  }

  private static SnapshotGroup cut(
      Pools pools, String name, List<Volume> volumes, Duration freeze) {
    return pools
        .groups()
        .cut(
            new SnapshotGroups.Request(
                name, volumes.stream().map(Volume::id).toList(), Map.of(), freeze));
  }

  private List<VolumeInUse> use(List<Volume> volumes) throws IOException {
    List<VolumeInUse> all = new ArrayList<>();
    for (Volume volume : volumes) {
      all.add(new VolumeInUse(LINUX, images, volume, directory));
    }
    return all;
  }

  private static List<Path> records(List<VolumeInUse> used) throws IOException {
    List<Path> files = new ArrayList<>();
    for (VolumeInUse one : used) {
      files.add(one.records());
    }
    return files;
  }

  /** How many records each restored copy holds. */
  private List<Long> restored(Pools pools, SnapshotGroup group) throws IOException {
    List<Long> counts = new ArrayList<>();
    for (Snapshot member : group.members()) {
      Volume copy =
          pools.create(
              holding(request("r-" + member.id().name(), Bytes.ZERO), member.content())
                  .from(new Source.OfSnapshot(member.id())));
      try (VolumeInUse use = new VolumeInUse(LINUX, images, copy, directory)) {
        counts.add(RecordWriter.count(use.records()));
      }
      pools.delete(copy.id());
    }
    return counts;
  }

  /** A record is written to the second volume when the first has it for certain, and so on. */
  @ParameterizedTest(name = "on {0}, volumes of {1}")
  @CsvSource({"XFS,xfs", "XFS,ext4", "XFS,raw", "BTRFS,xfs", "BTRFS,ext4", "BTRFS,raw"})
  void no_member_is_ahead_of_one_that_was_written_before_it(Kind kind, String word)
      throws Exception {
    Content content =
        word.equals("raw") ? RAW : new Content.Filesystem(FsType.parse(word).orElseThrow());
    try (LoopFilesystem filesystem = LoopFilesystem.make(LINUX, kind, Bytes.ofGiB(3), directory);
        Pools pools = open(filesystem)) {
      List<Volume> volumes = volumes(pools, content);
      List<SnapshotGroup> groups = new ArrayList<>();
      List<Long> before = new ArrayList<>();
      List<VolumeInUse> used = use(volumes);
      try (RecordWriter writer = new RecordWriter(records(used))) {
        for (int i = 0; i < 4; i++) {
          writer.awaitMore(10);
          before.add(writer.acknowledged());
          groups.add(cut(pools, "g" + i, volumes, Duration.ofSeconds(5)));
        }
        writer.awaitMore(10);
        writer.stop();
      } finally {
        used.forEach(VolumeInUse::close);
      }
      for (int i = 0; i < groups.size(); i++) {
        List<Long> counts = restored(pools, groups.get(i));
        assertThat(counts).hasSize(MEMBERS).isSortedAccordingTo((x, y) -> Long.compare(y, x));
        assertThat(counts.getLast()).isGreaterThanOrEqualTo(before.get(i));
        assertThat(counts.getFirst()).isLessThanOrEqualTo(counts.getLast() + 1);
      }
      if (content instanceof Content.Filesystem) {
        assertThat(directory.resolve("state/frozen")).isEmptyDirectory();
      }
      for (VolumeInUse again : use(volumes)) {
        again.close();
      }
    } catch (Exception e) {
      thawAll();
      throw e;
    }
  }

  /** Whatever a failing test has left: nothing on this machine may stay frozen by it. */
  private void thawAll() throws IOException {
    try (var places = Files.list(directory)) {
      places
          .filter(place -> Disk.name(place).startsWith("mnt-"))
          .forEach(
              place ->
                  LINUX
                      .mounts()
                      .table()
                      .at(place)
                      .ifPresent(e -> LINUX.freezes().thaw(place, e.device())));
    }
  }

  @Test
  void where_blocks_cannot_be_shared_they_stand_still_for_as_long_as_the_class_allows()
      throws Exception {
    try (LoopFilesystem filesystem =
            LoopFilesystem.make(LINUX, Kind.EXT4, Bytes.ofGiB(3), directory);
        Pools pools = open(filesystem)) {
      List<Volume> volumes = volumes(pools, new Content.Filesystem(FsType.EXT4));
      List<VolumeInUse> used = use(volumes);
      try (RecordWriter writer = new RecordWriter(records(used))) {
        writer.awaitMore(10);
        assertThatThrownBy(() -> cut(pools, "short", volumes, Duration.ofMillis(1)))
            .isInstanceOf(NotNow.class)
            .hasMessageMatching(
                "volumes \\[.*\\] are in use, and a copy cannot share blocks .*: copying their .* takes about .*, and maxFreeze is 0.0 s; stop the pods \\(unstage\\) first, or raise parameters.maxFreeze");
        long before = writer.acknowledged();
        SnapshotGroup group = cut(pools, "long", volumes, Duration.ofSeconds(20));
        writer.awaitMore(10);
        writer.stop();
        List<Long> counts = restored(pools, group);
        assertThat(counts).isSortedAccordingTo((x, y) -> Long.compare(y, x));
        assertThat(counts.getLast()).isGreaterThanOrEqualTo(before);
      } finally {
        used.forEach(VolumeInUse::close);
      }
      SnapshotGroup resting = cut(pools, "resting", volumes, Duration.ZERO);
      assertThat(pools.groups().get(resting.id(), ids(resting))).isEqualTo(resting);
    } catch (Exception e) {
      thawAll();
      throw e;
    }
  }

  private static List<String> ids(SnapshotGroup group) {
    return group.members().stream().map(s -> s.id().toString()).toList();
  }
}
