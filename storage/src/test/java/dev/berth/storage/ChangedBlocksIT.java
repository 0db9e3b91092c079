package dev.berth.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.storage.VolumeException.Invalid;
import dev.berth.storage.VolumeException.NotFound;
import dev.berth.storage.VolumeException.OutOfRange;
import dev.berth.storage.linux.Linux;
import dev.berth.storage.linux.LoopFilesystem;
import dev.berth.storage.linux.LoopFilesystem.Kind;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which blocks differ between snapshots, proved by making the one out of the other. */
class ChangedBlocksIT {
  private static final Linux LINUX = Linux.real();
  private static final int BLOCK = 4096;
  private static final long SEED = Long.getLong("berth.seed", 20260301);

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

  @ParameterizedTest
  @EnumSource(Kind.class)
  void base_and_what_differs_make_the_target_byte_for_byte(Kind kind) throws Exception {
    Random random = new Random(SEED);
    try (LoopFilesystem filesystem = LoopFilesystem.make(LINUX, kind, Bytes.ofGiB(1), directory);
        Pools pools = open(filesystem)) {
      Volume volume = pools.create(PoolWorkshop.request("data", Bytes.ofMiB(72)));
      List<Snapshot> cuts = new ArrayList<>();
      cuts.add(pools.snapshots().cut("s0", volume.id()));
      for (int i = 1; i <= 4; i++) {
        if (i == 3) {
          volume = pools.expand(volume.id(), SizeRange.of(Bytes.ofMiB(80)));
        }
        scribble(volume, random);
        cuts.add(pools.snapshots().cut("s" + i, volume.id()));
      }
      pools.delete(volume.id()); // Nothing of this needs the volume any more.
      for (int b = 0; b < cuts.size(); b++) {
        verifyAllocated(pools, cuts.get(b), random);
        for (int t = b; t < cuts.size(); t++) {
          verifyChanged(pools, cuts.get(b), cuts.get(t), random);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void what_cannot_be_looked_for_is_refused(Kind kind) {
    try (LoopFilesystem filesystem = LoopFilesystem.make(LINUX, kind, Bytes.ofGiB(1), directory);
        Pools pools = open(filesystem)) {
      Volume volume = pools.create(PoolWorkshop.request("data", Bytes.ofMiB(1)));
      Volume other = pools.create(PoolWorkshop.request("other", Bytes.ofMiB(1)));
      SnapshotId first = pools.snapshots().cut("first", volume.id()).id();
      SnapshotId foreign = pools.snapshots().cut("foreign", other.id()).id();
      SnapshotId missing = new SnapshotId(first.pool(), "missing");
      assertThatThrownBy(() -> pools.snapshots().changed(first, foreign, 0))
          .isInstanceOf(Invalid.class)
          .hasMessageContaining("give two snapshots of one volume");
      assertThatThrownBy(() -> pools.snapshots().changed(missing, first, 0))
          .isInstanceOf(NotFound.class);
      assertThatThrownBy(() -> pools.snapshots().changed(first, missing, 0))
          .isInstanceOf(NotFound.class);
      assertThatThrownBy(() -> pools.snapshots().allocated(missing, 0))
          .isInstanceOf(NotFound.class);
      for (long offset : new long[] {-1, (1 << 20) + 1}) {
        assertThatThrownBy(() -> pools.snapshots().allocated(first, offset))
            .isInstanceOf(OutOfRange.class)
            .hasMessageContaining("starting_offset " + offset);
      }
      assertThat(pools.snapshots().allocated(first, 1 << 20).isAtEnd()).isTrue();
      BlockScan scan = pools.snapshots().allocated(first, 0);
      pools.snapshots().delete(first);
      assertThatThrownBy(scan::next).isInstanceOf(NotFound.class);
    }
  }

  private Pools open(LoopFilesystem filesystem) {
    PoolsContext context =
        PoolsContext.of(directory.resolve("state"), InstantSource.system(), background);
    return Pools.open(
        List.of(PoolSettings.of(new PoolName("main"), filesystem.path(), true)), LINUX, context);
  }

  /** Writes, rewrites of the same, zeros and holes, at any offset. */
  private static void scribble(Volume volume, Random random) throws IOException {
    int size = (int) volume.size().value();
    try (RandomAccessFile image = new RandomAccessFile(volume.image().toFile(), "rw")) {
      for (int i = 0; i < 60; i++) {
        int at = random.nextInt(size - 200_000);
        byte[] data = new byte[1 + random.nextInt(200_000)];
        switch (random.nextInt(4)) {
          case 0 -> Arrays.fill(data, (byte) 0);
          case 1 -> {
            image.seek(at);
            image.readFully(data);
          }
          default -> random.nextBytes(data);
        }
        image.seek(at);
        image.write(data);
      }
      image.getFD().sync();
    }
    for (int i = 0; i < 10; i++) {
      int at = random.nextInt(size - 2_000_000);
      var punched =
          LINUX
              .programs()
              .run(
                  List.of(
                      "fallocate",
                      "--punch-hole",
                      "--offset=" + at,
                      "--length=" + (1 + random.nextInt(2_000_000)),
                      volume.image().toString()),
                  Duration.ofMinutes(1));
      assertThat(punched.exitCode()).isZero();
    }
  }

  private static void verifyAllocated(Pools pools, Snapshot snapshot, Random random)
      throws IOException {
    byte[] content = Files.readAllBytes(snapshot.image());
    List<ByteRange> all = ranges(pools.snapshots().allocated(snapshot.id(), 0));
    byte[] built = new byte[content.length];
    all.forEach(range -> copy(content, built, range));
    assertThat(Arrays.mismatch(built, content)).as("seed %d", SEED).isNegative();
    int from = random.nextInt(content.length);
    requireRest(all, ranges(pools.snapshots().allocated(snapshot.id(), from)), from);
  }

  private static void verifyChanged(Pools pools, Snapshot base, Snapshot target, Random random)
      throws IOException {
    byte[] content = Files.readAllBytes(target.image());
    byte[] built = Arrays.copyOf(Files.readAllBytes(base.image()), content.length);
    int differing = 0;
    for (int at = 0; at < content.length; at += BLOCK) {
      differing += Arrays.equals(content, at, at + BLOCK, built, at, at + BLOCK) ? 0 : BLOCK;
    }
    List<ByteRange> all = ranges(pools.snapshots().changed(base.id(), target.id(), 0));
    assertThat(all.stream().mapToLong(ByteRange::length).sum())
        .as("no block that is the same, seed %d", SEED)
        .isEqualTo(differing);
    all.forEach(range -> copy(content, built, range));
    assertThat(Arrays.mismatch(built, content)).as("seed %d", SEED).isNegative();
    int from = random.nextInt(content.length);
    requireRest(all, ranges(pools.snapshots().changed(base.id(), target.id(), from)), from);
  }

  /** From an offset on it is the same, but that the first range may begin later. */
  private static void requireRest(List<ByteRange> all, List<ByteRange> rest, int from) {
    List<ByteRange> expected = all.stream().filter(range -> range.end() > from).toList();
    assertThat(rest).hasSameSizeAs(expected);
    for (int i = 0; i < rest.size(); i++) {
      assertThat(rest.get(i).end()).isEqualTo(expected.get(i).end());
      assertThat(rest.get(i).offset()).isGreaterThanOrEqualTo(expected.get(i).offset());
    }
    if (!rest.isEmpty()) {
      assertThat(rest.getFirst().offset())
          .isLessThanOrEqualTo(Math.max(from, expected.getFirst().offset()));
    }
  }

  private static List<ByteRange> ranges(BlockScan scan) {
    List<ByteRange> all = new ArrayList<>();
    while (!scan.isAtEnd()) {
      for (ByteRange range : scan.next()) {
        assertThat(all.isEmpty() || all.getLast().end() <= range.offset()).isTrue();
        all.add(range);
      }
    }
    assertThat(all.isEmpty() || all.getLast().end() <= scan.size().value()).isTrue();
    return all;
  }

  private static void copy(byte[] from, byte[] to, ByteRange range) {
    System.arraycopy(from, (int) range.offset(), to, (int) range.offset(), (int) range.length());
  }
}
