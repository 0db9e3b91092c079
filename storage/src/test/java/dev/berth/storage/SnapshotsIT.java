package dev.berth.storage;

import static dev.berth.storage.PoolWorkshop.holding;
import static dev.berth.storage.PoolWorkshop.request;
import static dev.berth.storage.PoolWorkshop.thick;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.storage.VolumeException.NotNow;
import dev.berth.storage.image.Images;
import dev.berth.storage.linux.Linux;
import dev.berth.storage.linux.LoopDevice;
import dev.berth.storage.linux.LoopFilesystem;
import dev.berth.storage.linux.LoopFilesystem.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
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
    List<PoolSettings> settings = new ArrayList<>();
    for (LoopFilesystem one : filesystems) {
      settings.add(PoolSettings.of(new PoolName(Disk.name(one.path())), one.path(), true));
    }
    PoolsContext context =
        PoolsContext.of(directory.resolve("state"), InstantSource.system(), background);
    return Pools.open(settings, LINUX, context);
  }

  private static Content content(String word) {
    return word.equals("raw") ? RAW : new Content.Filesystem(FsType.parse(word).orElseThrow());
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
      try (InUse use = new InUse(volume);
          Writer writer = new Writer(use.records())) {
        writer.awaitMore(20);
        before = writer.acknowledged();
        snapshot = pools.snapshots().cut("s", volume.id());
        writer.awaitMore(20);
        all = writer.stop();
        direct = use.device.directIo();
      }
      try (InUse again = new InUse(pools.get(volume.id()))) {
        assertThat(again.device.directIo()).isEqualTo(direct);
        assertThat(Writer.count(again.records())).isEqualTo(all);
      }
      pools.delete(volume.id());
      Source source = new Source.OfSnapshot(snapshot.id());
      try (InUse restored = new InUse(pools.create(of(content, "restored").from(source)))) {
        assertThat(Writer.count(restored.records())).isBetween(before, all);
      }
    }
  }

  @Test
  void where_blocks_cannot_be_shared_a_volume_in_use_is_refused_and_one_at_rest_is_copied()
      throws Exception {
    try (LoopFilesystem filesystem = filesystem(Kind.EXT4);
        Pools pools = open(filesystem)) {
      Volume volume = pools.create(of(content("xfs"), "data"));
      try (InUse use = new InUse(volume)) {
        Files.writeString(use.path.resolve("file"), "monday");
        assertThatThrownBy(() -> pools.snapshots().cut("s", volume.id()))
            .isInstanceOf(NotNow.class)
            .hasMessageContaining("is in use, and a copy cannot share its blocks");
      }
      Snapshot snapshot = pools.snapshots().cut("s", volume.id());
      Source source = new Source.OfSnapshot(snapshot.id());
      Volume larger =
          pools.create(holding(request("larger", Bytes.ofMiB(400)), volume.content()).from(source));
      try (InUse original = new InUse(volume);
          InUse copy = new InUse(larger)) {
        assertThat(images.growFilesystem(larger, copy.path)).isEqualTo(Bytes.ofMiB(400));
        assertThat(copy.path.resolve("file")).hasContent("monday");
        assertThat(original.path.resolve("file")).hasContent("monday");
      }
    }
  }

  @Test
  void a_copy_goes_to_another_filesystem_when_it_is_sent_there() throws Exception {
    try (LoopFilesystem xfs = filesystem(Kind.XFS);
        LoopFilesystem ext4 = filesystem(Kind.EXT4);
        Pools pools = open(xfs, ext4)) {
      Volume volume = pools.create(toPool(of(content("ext4"), "data"), "xfs"));
      try (InUse use = new InUse(volume)) {
        Files.writeString(use.path.resolve("file"), "monday");
      }
      Source cut = new Source.OfSnapshot(pools.snapshots().cut("s", volume.id()).id());
      Volume far = pools.create(toPool(of(content("ext4"), "far"), "ext4").from(cut));
      Volume near = pools.create(of(content("ext4"), "near").from(cut));
      assertThat(far.pool()).isEqualTo(new PoolName("ext4"));
      assertThat(near.pool()).isEqualTo(new PoolName("xfs"));
      for (Volume copy : List.of(far, near)) {
        try (InUse use = new InUse(copy)) {
          assertThat(use.path.resolve("file")).hasContent("monday");
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
      try (InUse use = new InUse(volume)) {
        fill(use.device.path(), volume.size());
        Bytes before = pools.capacity(Optional.empty()).available();
        Snapshot snapshot = pools.snapshots().cut("s", volume.id());
        assertThat(snapshot.held()).isEqualTo(volume.size());
        Bytes after = pools.capacity(Optional.empty()).available();
        assertThat(before.minus(after)).isBetween(Bytes.ofMiB(298), Bytes.ofMiB(304));
        Volume clone = pools.create(of(RAW, "clone").from(new Source.OfVolume(volume.id())));
        Bytes rest = pools.capacity(Optional.empty()).available().minusOrZero(Bytes.ofMiB(64));
        pools.create(thick(request("rest", rest.roundDownTo(Bytes.of(4096)))));
        fill(use.device.path(), volume.size());
        try (InUse other = new InUse(clone)) {
          fill(other.device.path(), clone.size());
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

  /** A volume that is attached, and mounted if it holds a filesystem, until this is closed. */
  private final class InUse implements AutoCloseable {
    private final Volume volume;
    private final LoopDevice device;
    private final Path path;

    InUse(Volume volume) throws IOException {
      this.volume = volume;
      this.path = Files.createDirectories(directory.resolve("mnt-" + volume.id().name()));
      this.device = images.attach(volume).device();
      if (volume.content() instanceof Content.Filesystem(FsType type)) {
        try {
          LINUX
              .mounts()
              .mount(
                  device.path().toString(),
                  path,
                  type.kernelName(),
                  Set.of(),
                  type == FsType.XFS ? "nouuid" : "");
        } catch (RuntimeException e) {
          images.detach(volume);
          throw e;
        }
      }
    }

    /** Where records are written. */
    Path records() throws IOException {
      if (volume.content() instanceof Content.Block) {
        return device.path();
      }
      Path file = path.resolve("records");
      return Files.exists(file) ? file : Files.createFile(file);
    }

    @Override
    public void close() {
      if (volume.content() instanceof Content.Filesystem) {
        LINUX.mounts().unmount(path, Set.of());
      }
      images.detach(volume);
    }
  }

  /** Appends numbered records of a block each, every one forced to disk before it counts. */
  private static final class Writer implements AutoCloseable {
    private static final int BLOCK = 4096;

    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final Future<Boolean> work;

    Writer(Path file) {
      work = thread.submit(() -> write(file));
    }

    private boolean write(Path file) throws IOException {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        for (long n = 1; !stopped.get() && n < 10_000; n++) {
          ByteBuffer record = ByteBuffer.allocate(BLOCK).putLong(n).position(0);
          channel.write(record, (n - 1) * BLOCK);
          channel.force(true);
          acknowledged.set(n);
        }
      }
      return true;
    }

    long acknowledged() {
      return acknowledged.get();
    }

    void awaitMore(int records) {
      long enough = acknowledged.get() + records;
      Awaitility.await().until(() -> work.isDone() || acknowledged.get() >= enough);
    }

    long stop() throws Exception {
      stopped.set(true);
      assertThat(work.get()).isTrue();
      return acknowledged.get();
    }

    /** How many records lie there without a gap. */
    static long count(Path file) throws IOException {
      ByteBuffer record = ByteBuffer.allocate(BLOCK);
      long n = 0;
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
        while (channel.read(record.clear(), n * BLOCK) == BLOCK && record.getLong(0) == n + 1) {
          n++;
        }
      }
      return n;
    }

    @Override
    public void close() {
      stopped.set(true);
      thread.close();
    }
  }
}
