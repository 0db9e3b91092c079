package dev.berth.storage;

import static dev.berth.storage.PoolWorkshop.holding;
import static dev.berth.storage.PoolWorkshop.request;
import static dev.berth.storage.PoolWorkshop.thick;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.storage.VolumeException.Damaged;
import dev.berth.storage.VolumeException.NotNow;
import dev.berth.storage.VolumeException.OutOfRange;
import dev.berth.storage.VolumeException.OutOfSpace;
import dev.berth.storage.image.Images;
import dev.berth.storage.linux.Linux;
import dev.berth.storage.linux.LoopDevice;
import dev.berth.storage.linux.LoopDevices.AttachRequest;
import dev.berth.storage.linux.LoopFilesystem;
import dev.berth.storage.linux.LoopFilesystem.Kind;
import dev.berth.storage.linux.Programs.Output;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Pools on real filesystems: volumes are made, attached, mounted, filled, grown and deleted. */
class PoolsIT {
  private static final Linux LINUX = Linux.real();
  private static final Content XFS = new Content.Filesystem(FsType.XFS);
  private static final Content EXT4 = new Content.Filesystem(FsType.EXT4);

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
    return open(filesystem, 1);
  }

  private Pools open(LoopFilesystem filesystem, double overcommit) {
    PoolSettings settings =
        PoolSettings.of(PoolWorkshop.MAIN, filesystem.path(), true).withOvercommit(overcommit);
    PoolsContext context =
        PoolsContext.of(directory.resolve("state"), InstantSource.system(), background);
    return Pools.open(List.of(settings), LINUX, context);
  }

  private LoopFilesystem filesystem(Kind kind) {
    return LoopFilesystem.make(LINUX, kind, Bytes.ofGiB(2), directory);
  }

  @ParameterizedTest
  @EnumSource
  void an_xfs_is_filled_and_grows_while_it_is_mounted(Kind kind) throws IOException {
    try (LoopFilesystem pool = filesystem(kind);
        Pools pools = open(pool)) {
      Volume volume = pools.create(holding(request("x"), XFS));
      assertThat(volume.size()).isEqualTo(Bytes.ofMiB(300));
      try (Mounted mounted = new Mounted(volume)) {
        assertThat(mounted.device.blockSize()).isEqualTo(Bytes.of(4096));
        assertThat(images.attach(volume).device()).isEqualTo(mounted.device);
        Files.write(mounted.path.resolve("file"), new byte[1 << 20]);
        Volume grown = pools.expand(volume.id(), SizeRange.of(Bytes.ofMiB(400)));
        images.refreshCapacity(grown);
        assertThat(images.growFilesystem(grown, mounted.path)).isEqualTo(Bytes.ofMiB(400));
        assertThat(LINUX.files().statfs(mounted.path).size()).isGreaterThan(Bytes.ofMiB(300));
        assertThat(mounted.path.resolve("file")).hasSize(1 << 20);
        assertThatThrownBy(() -> pools.delete(grown.id()))
            .isInstanceOf(NotNow.class)
            .hasMessageContaining("is attached at " + mounted.device.path());
      }
      pools.delete(volume.id());
      assertThat(pools.find(volume.id())).isEmpty();
      Awaitility.await()
          .until(() -> new Disk(LINUX.files()).list(pool.path().resolve("trash")).isEmpty());
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_thick_ext4_has_all_its_blocks_and_all_its_room(Kind kind) throws IOException {
    try (LoopFilesystem pool = filesystem(kind);
        Pools pools = open(pool)) {
      Volume volume = pools.create(thick(holding(request("e", Bytes.ofMiB(64)), EXT4)));
      assertThat(allocated(volume)).isGreaterThanOrEqualTo(Bytes.ofMiB(64));
      try (Mounted mounted = new Mounted(volume)) {
        var room = LINUX.files().statfs(mounted.path);
        assertThat(room.available()).isGreaterThan(Bytes.ofMiB(56));
        Files.write(mounted.path.resolve("file"), new byte[1 << 20]);
      }
      assertThat(allocated(volume)).isGreaterThanOrEqualTo(Bytes.ofMiB(64));
      Volume grown = pools.expand(volume.id(), SizeRange.of(Bytes.ofMiB(80)));
      assertThat(allocated(grown)).isGreaterThanOrEqualTo(Bytes.ofMiB(80));
      Output fsck =
          LINUX
              .programs()
              .run(List.of("e2fsck", "-fn", grown.image().toString()), Duration.ofMinutes(1));
      assertThat(fsck.exitCode()).as(fsck.out()).isZero();
      Output superblock =
          LINUX
              .programs()
              .run(List.of("dumpe2fs", "-h", grown.image().toString()), Duration.ofMinutes(1));
      assertThat(superblock.out()).containsPattern("Reserved block count: +0\n");
    }
  }

  @ParameterizedTest
  @EnumSource
  void where_a_pool_has_promised_too_much_the_full_filesystem_leaves_nothing_half_made(Kind kind) {
    try (LoopFilesystem filesystem = filesystem(kind);
        Pools pools = open(filesystem, 3)) {
      assertThatThrownBy(() -> pools.create(thick(request("big", Bytes.ofGiB(3)))))
          .isInstanceOf(OutOfSpace.class)
          .hasMessageStartingWith("pool main: its filesystem is full: ");
      assertThat(pools.list()).isEmpty();
      Volume small = pools.create(thick(request("small")));
      assertThatThrownBy(() -> pools.expand(small.id(), SizeRange.of(Bytes.ofGiB(3))))
          .isInstanceOf(OutOfRange.class)
          .hasMessageStartingWith("pool main: its filesystem is full: ");
      assertThat(pools.get(small.id())).isEqualTo(small);
      assertThat(pools.capacity(Optional.empty()).available()).isGreaterThan(Bytes.ofGiB(5));
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_raw_volume_reads_as_zeros_and_keeps_what_is_written(Kind kind) throws IOException {
    try (LoopFilesystem pool = filesystem(kind);
        Pools pools = open(pool)) {
      Content content = new Content.Block(Bytes.of(kind == Kind.EXT4 ? 512 : 4096));
      Volume volume = pools.create(holding(request("raw", Bytes.ofMiB(8)), content));
      assertThat(allocated(volume)).isLessThan(Bytes.ofMiB(1));
      LoopDevice device = images.attach(volume).device();
      try {
        assertThat(device.blockSize()).isEqualTo(content.blockSize());
        try (RandomAccessFile node = new RandomAccessFile(device.path().toFile(), "rw")) {
          assertThat(node.length()).isEqualTo(8 << 20);
          assertThat(node.readByte()).isZero();
          node.seek(0);
          node.writeByte(7);
          node.getFD().sync();
        }
      } finally {
        images.detach(volume);
      }
      images.detach(volume);
      assertThat(images.attached(volume)).isEmpty();
      try (RandomAccessFile image = new RandomAccessFile(volume.image().toFile(), "r")) {
        assertThat(image.readByte()).isEqualTo((byte) 7);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_pool_never_promises_more_than_its_filesystem_has(Kind kind) {
    try (LoopFilesystem pool = filesystem(kind);
        Pools pools = open(pool)) {
      Bytes available = pools.capacity(Optional.empty()).available();
      assertThat(available).isLessThanOrEqualTo(LINUX.files().statfs(pool.path()).available());
      assertThatThrownBy(() -> pools.create(request("big", Bytes.ofGiB(2))))
          .isInstanceOf(OutOfSpace.class);
      pools.create(thick(request("half", Bytes.ofMiB(512))));
      Bytes left = pools.capacity(Optional.empty()).available();
      assertThat(available.minus(left)).isBetween(Bytes.ofMiB(512), Bytes.ofMiB(513));
    }
  }

  @Test
  void an_image_that_a_stranger_has_attached_is_left_to_him() {
    try (LoopFilesystem pool = filesystem(Kind.EXT4);
        Pools pools = open(pool)) {
      Volume volume = pools.create(request("a"));
      LoopDevice stranger =
          LINUX
              .loops()
              .attach(
                  new AttachRequest(
                      volume.image(), "berth-it", Bytes.of(512), false, false, false));
      try {
        assertThatThrownBy(() -> images.attach(volume))
            .isInstanceOf(NotNow.class)
            .hasMessageContaining("somebody else has attached its image at " + stranger.path());
        images.detach(volume);
        assertThat(LINUX.loops().find(LINUX.files().identity(volume.image()))).contains(stranger);
      } finally {
        LINUX.loops().detach(stranger);
      }
    }
  }

  @Test
  void an_image_that_was_cut_is_not_attached() throws IOException {
    try (LoopFilesystem pool = filesystem(Kind.EXT4);
        Pools pools = open(pool)) {
      Volume volume = pools.create(request("a"));
      try (RandomAccessFile image = new RandomAccessFile(volume.image().toFile(), "rw")) {
        image.setLength(4096);
      }
      assertThatThrownBy(() -> images.attach(volume))
          .isInstanceOf(Damaged.class)
          .hasMessageContaining("has 4096 bytes, and the volume's size is 1048576");
    }
  }

  @Test
  void on_btrfs_images_are_not_copied_on_write() {
    try (LoopFilesystem pool = filesystem(Kind.BTRFS);
        Pools pools = open(pool)) {
      Volume volume = pools.create(request("a"));
      Output flags =
          LINUX.programs().run(List.of("lsattr", volume.image().toString()), Duration.ofMinutes(1));
      assertThat(flags.out()).containsPattern("^[-a-zA-Z]*C[-a-zA-Z]* ");
    }
  }

  private static Bytes allocated(Volume volume) {
    return LINUX.files().stat(volume.image()).allocated();
  }

  /** A volume that is attached and mounted until this is closed. */
  private final class Mounted implements AutoCloseable {
    private final Volume volume;
    private final LoopDevice device;
    private final Path path;

    Mounted(Volume volume) throws IOException {
      this.volume = volume;
      this.path = Files.createDirectories(directory.resolve("mnt-" + volume.id().name()));
      this.device = images.attach(volume).device();
      try {
        LINUX
            .mounts()
            .mount(device.path().toString(), path, volume.content().toString(), Set.of(), "");
      } catch (RuntimeException e) {
        images.detach(volume);
        throw e;
      }
    }

    @Override
    public void close() {
      LINUX.mounts().unmount(path, Set.of());
      images.detach(volume);
    }
  }
}
