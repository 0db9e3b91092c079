package dev.berth.storage;

import static dev.berth.storage.PoolWorkshop.holding;
import static dev.berth.storage.PoolWorkshop.request;
import static dev.berth.storage.PoolWorkshop.thick;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.storage.VolumeException.NotNow;
import dev.berth.storage.image.Images;
import dev.berth.storage.linux.Linux;
import dev.berth.storage.linux.LoopFilesystem;
import dev.berth.storage.linux.LoopFilesystem.Kind;
import dev.berth.storage.linux.recorded.FaultyLinux;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Snapshots and copies on real filesystems, of volumes that are being written to. */
class SnapshotsIT {
  private static final Linux LINUX = Linux.real();
  private static final Content RAW = new Content.Block(Bytes.of(4096));

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

  private LoopFilesystem filesystem(Kind kind) {
    return LoopFilesystem.make(LINUX, kind, Bytes.ofGiB(2), directory);
  }

  private Pools open(LoopFilesystem... filesystems) {
    return open(LINUX, filesystems);
  }

  private Pools open(Linux linux, LoopFilesystem... filesystems) {
    List<PoolSettings> settings = new ArrayList<>();
    for (LoopFilesystem one : filesystems) {
      settings.add(PoolSettings.of(new PoolName(Disk.name(one.path())), one.path(), true));
    }
    PoolsContext context =
        PoolsContext.of(directory.resolve("state"), InstantSource.system(), background);
    return Pools.open(settings, linux, context);
  }

  private static Content content(String word) {
    return word.equals("raw") ? RAW : new Content.Filesystem(FsType.parse(word).orElseThrow());
  }

  private VolumeInUse inUse(Volume volume) throws IOException {
    return new VolumeInUse(LINUX, images, volume, directory);
  }

  private static CreateRequest of(Content content, String name) {
    return holding(request(name, Bytes.ofMiB(300)), content);
  }

  @ParameterizedTest(name = "on {0}, a volume of {1}")
  @CsvSource({"XFS,xfs", "XFS,ext4", "XFS,raw", "BTRFS,xfs", "BTRFS,ext4", "BTRFS,raw"})
  void a_snapshot_of_a_volume_that_is_written_to_holds_what_was_acknowledged_before_it(
      Kind kind, String word) throws Exception {
    Content content = content(word);
    try (LoopFilesystem filesystem = filesystem(kind);
        Pools pools = open(filesystem)) {
      Volume volume = pools.create(of(content, "data"));
      Snapshot snapshot;
      long before;
      long all;
      boolean direct;
      try (VolumeInUse use = inUse(volume);
          RecordWriter writer = new RecordWriter(List.of(use.records()))) {
        writer.awaitMore(20);
        before = writer.acknowledged();
        snapshot = pools.snapshots().cut("s", volume.id());
        writer.awaitMore(20);
        all = writer.stop();
        direct = use.device().directIo();
      }
      try (VolumeInUse again = inUse(pools.get(volume.id()))) {
        assertThat(again.device().directIo()).isEqualTo(direct);
        assertThat(RecordWriter.count(again.records())).isEqualTo(all);
      }
      pools.delete(volume.id());
      Source source = new Source.OfSnapshot(snapshot.id());
      try (VolumeInUse restored = inUse(pools.create(of(content, "restored").from(source)))) {
        assertThat(RecordWriter.count(restored.records())).isBetween(before, all);
      }
    }
  }

  @Test
  void where_blocks_cannot_be_shared_a_volume_in_use_stands_still_for_as_long_as_its_class_allows()
      throws Exception {
    try (LoopFilesystem filesystem = filesystem(Kind.EXT4);
        Pools pools = open(filesystem)) {
      Volume volume = pools.create(of(content("xfs"), "data"));
      Snapshot used;
      try (VolumeInUse use = inUse(volume)) {
        Files.writeString(use.path().resolve("file"), "monday");
        assertThatThrownBy(() -> pools.snapshots().cut("s", volume.id(), Duration.ofMillis(1)))
            .isInstanceOf(NotNow.class)
            .hasMessageMatching(
                "volume .* is in use, and a copy cannot share blocks .*: copying their .* takes about .*, and maxFreeze is 0.0 s; .*");
        used = pools.snapshots().cut("s", volume.id(), Duration.ofSeconds(20));
        Files.writeString(use.path().resolve("file"), "sunday");
      }
      Source source = new Source.OfSnapshot(used.id());
      Volume larger =
          pools.create(holding(request("larger", Bytes.ofMiB(400)), volume.content()).from(source));
      try (VolumeInUse original = inUse(volume);
          VolumeInUse copy = inUse(larger)) {
        assertThat(images.growFilesystem(larger, copy.path())).isEqualTo(Bytes.ofMiB(400));
        assertThat(copy.path().resolve("file")).hasContent("monday");
        assertThat(original.path().resolve("file")).hasContent("sunday");
      }
    }
  }

  /** The data is said to be copied in no time, and is not. */
  @Test
  void a_copy_that_takes_longer_than_was_thought_is_given_up_and_its_volume_goes_on()
      throws Exception {
    Linux slow =
        FaultyLinux.wrap(
            LINUX,
            (call, arguments) -> {
              if (call.equals("copyPiece")) {
                LockSupport.parkNanos(Duration.ofMillis(150).toNanos());
              }
            });
    try (LoopFilesystem filesystem = filesystem(Kind.EXT4);
        Pools pools = open(slow, filesystem)) {
      Volume volume = pools.create(of(content("ext4"), "data"));
      try (VolumeInUse use = inUse(volume)) {
        Files.write(use.path().resolve("file"), new byte[24 << 20]);
        assertThatThrownBy(() -> pools.snapshots().cut("s", volume.id(), Duration.ofMillis(250)))
            .isInstanceOf(NotNow.class)
            .hasMessageMatching(".*copying their .* took longer, and maxFreeze is 0.3 s; .*");
        assertThat(Files.writeString(use.path().resolve("other"), "written")).exists();
        assertThat(LINUX.freezes().thaw(use.path(), use.device().device())).isFalse();
      }
      assertThat(filesystem.path().resolve("snapshots")).isEmptyDirectory();
      assertThat(pools.snapshots().list()).isEmpty();
    }
  }

  @Test
  void a_copy_goes_to_another_filesystem_when_it_is_sent_there() throws Exception {
    try (LoopFilesystem xfs = filesystem(Kind.XFS);
        LoopFilesystem ext4 = filesystem(Kind.EXT4);
        Pools pools = open(xfs, ext4)) {
      Volume volume = pools.create(toPool(of(content("ext4"), "data"), "xfs"));
      try (VolumeInUse use = inUse(volume)) {
        Files.writeString(use.path().resolve("file"), "monday");
      }
      Source cut = new Source.OfSnapshot(pools.snapshots().cut("s", volume.id()).id());
      Volume far = pools.create(toPool(of(content("ext4"), "far"), "ext4").from(cut));
      Volume near = pools.create(of(content("ext4"), "near").from(cut));
      assertThat(far.pool()).isEqualTo(new PoolName("ext4"));
      assertThat(near.pool()).isEqualTo(new PoolName("xfs"));
      for (Volume copy : List.of(far, near)) {
        try (VolumeInUse use = inUse(copy)) {
          assertThat(use.path().resolve("file")).hasContent("monday");
        }
      }
    }
  }

  private static CreateRequest toPool(CreateRequest q, String pool) {
    return new CreateRequest(
        q.name(),
        q.size(),
        q.content(),
        q.allocation(),
        Optional.of(new PoolName(pool)),
        q.undelete(),
        q.parameters(),
        q.claim());
  }

  /** Else a volume would meet ENOSPC that had its size promised. */
  @ParameterizedTest
  @EnumSource(names = {"XFS", "BTRFS"})
  void whoever_overwrites_what_a_snapshot_keeps_finds_the_room(Kind kind) throws Exception {
    try (LoopFilesystem filesystem = filesystem(kind);
        Pools pools = open(filesystem)) {
      Volume volume = pools.create(of(RAW, "data"));
      try (VolumeInUse use = inUse(volume)) {
        fill(use.device().path(), volume.size());
        Bytes before = pools.capacity(Optional.empty()).available();
        Snapshot snapshot = pools.snapshots().cut("s", volume.id());
        assertThat(snapshot.held()).isEqualTo(volume.size());
        Bytes after = pools.capacity(Optional.empty()).available();
        assertThat(before.minus(after)).isBetween(Bytes.ofMiB(298), Bytes.ofMiB(304));
        Volume clone = pools.create(of(RAW, "clone").from(new Source.OfVolume(volume.id())));
        Bytes rest = pools.capacity(Optional.empty()).available().minusOrZero(Bytes.ofMiB(64));
        pools.create(thick(request("rest", rest.roundDownTo(Bytes.of(4096)))));
        fill(use.device().path(), volume.size());
        try (VolumeInUse other = inUse(clone)) {
          fill(other.device().path(), clone.size());
        }
      }
    }
  }

  private static void fill(Path device, Bytes size) throws IOException {
    ByteBuffer piece = ByteBuffer.allocate(4 << 20);
    try (FileChannel channel = FileChannel.open(device, StandardOpenOption.WRITE)) {
      for (long done = 0; done < size.value(); done += piece.capacity()) {
        piece.clear().limit((int) Math.min(piece.capacity(), size.value() - done));
        while (piece.hasRemaining()) {
          channel.write(piece);
        }
      }
      channel.force(true);
    }
  }
}
