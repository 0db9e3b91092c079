package dev.berth.storage;

import static dev.berth.storage.PoolWorkshop.holding;
import static dev.berth.storage.PoolWorkshop.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.storage.image.Images;
import dev.berth.storage.linux.Linux;
import dev.berth.storage.linux.LoopDevice;
import dev.berth.storage.linux.Programs.Output;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Growth of a mounted ext4, which asks for CAP_SYS_RESOURCE (ext4's ioctl.c: EXT4_IOC_RESIZE_FS)
 * and so for a root that has it.
 */
class Ext4GrowthVM {
  private static final Linux LINUX = Linux.real();
  private static final Content EXT4 = new Content.Filesystem(FsType.EXT4);
  private static final Bytes SMALL = Bytes.ofMiB(64);
  private static final int BLOCK = 1 << 16;

  private final Images images = new Images(LINUX);
  private ScheduledExecutorService background;
  private Path mountPoint;
  private Pools pools;

  @BeforeEach
  void open(@TempDir Path temporary) throws IOException {
    Path directory = temporary.toRealPath();
    Path pool = Files.createDirectory(directory.resolve("pool"));
    mountPoint = Files.createDirectory(directory.resolve("mount"));
    background = Executors.newSingleThreadScheduledExecutor();
    PoolSettings settings =
        PoolSettings.of(PoolWorkshop.MAIN, pool, true).withSize(Bytes.ofGiB(2000));
    pools =
        Pools.open(
            List.of(settings.withOvercommit(1000)),
            LINUX,
            PoolsContext.of(directory.resolve("state"), InstantSource.system(), background));
  }

  @AfterEach
  void close() {
    pools.close();
    background.close();
  }

  @Test
  void a_mounted_ext4_grows_and_keeps_its_data() throws IOException {
    Volume volume = pools.create(holding(request("plain", SMALL), EXT4));
    try (Mounted _ = new Mounted(volume)) {
      Path old = write("old", 1, 32);
      Bytes before = room();
      Volume grown = grow(volume, Bytes.ofMiB(512));
      assertThat(room().minus(before)).isGreaterThan(Bytes.ofMiB(430));
      // More than it had before: the new room is real.
      Path fresh = write("fresh", 2, 200);
      requireContent(old, 1, 32);
      requireContent(fresh, 2, 200);
      Bytes after = room();
      assertThat(images.growFilesystem(grown, mountPoint)).isEqualTo(Bytes.ofMiB(512));
      assertThat(room()).as("growing to the same size").isEqualTo(after);
    }
    requireClean(volume);
  }

  @Test
  void an_ext4_grows_a_thousandfold_past_the_descriptors_it_has_reserved() throws IOException {
    Volume volume = pools.create(holding(request("far", SMALL), EXT4));
    try (Mounted _ = new Mounted(volume)) {
      Path old = write("old", 3, 8);
      grow(volume, Bytes.ofGiB(100));
      assertThat(room()).isGreaterThan(Bytes.ofGiB(95));
      requireContent(old, 3, 8);
    }
    requireClean(volume);
  }

  @Test
  void an_ext4_grows_step_by_step_while_it_is_written() throws Exception {
    Volume volume = pools.create(holding(request("busy", SMALL), EXT4));
    try (Mounted _ = new Mounted(volume);
        ExecutorService writers = Executors.newFixedThreadPool(2)) {
      AtomicBoolean enough = new AtomicBoolean();
      CountDownLatch first = new CountDownLatch(2);
      List<Future<Integer>> written =
          List.of(
              writers.submit(writer("one", 4, first, enough)),
              writers.submit(writer("two", 5, first, enough)));
      try {
        first.await();
        for (int mebibytes = 96; mebibytes <= 512; mebibytes += 32) {
          volume = grow(volume, Bytes.ofMiB(mebibytes));
        }
      } finally {
        enough.set(true);
      }
      assertThat(room()).isGreaterThan(Bytes.ofMiB(450));
      requireContent(mountPoint.resolve("one"), 4, written.getFirst().get());
      requireContent(mountPoint.resolve("two"), 5, written.getLast().get());
    }
    requireClean(volume);
  }

  /** Appends and forces blocks until it is told to stop, at most 20 MiB; answers how many. */
  private Callable<Integer> writer(
      String name, int seed, CountDownLatch first, AtomicBoolean enough) {
    return () -> {
      Random random = new Random(seed);
      byte[] block = new byte[BLOCK];
      int blocks = 0;
      try (RandomAccessFile file = file(name)) {
        while (blocks < 320 && !enough.get()) {
          random.nextBytes(block);
          file.write(block);
          file.getFD().sync();
          blocks++;
          first.countDown();
        }
      }
      return blocks;
    };
  }

  private Volume grow(Volume volume, Bytes to) {
    Volume grown = pools.expand(volume.id(), SizeRange.of(to));
    images.refreshCapacity(grown);
    assertThat(images.growFilesystem(grown, mountPoint)).isEqualTo(to);
    return grown;
  }

  private Bytes room() {
    return LINUX.files().statfs(mountPoint).size();
  }

  private RandomAccessFile file(String name) throws IOException {
    return new RandomAccessFile(mountPoint.resolve(name).toFile(), "rw");
  }

  private Path write(String name, int seed, int blocks) throws IOException {
    Random random = new Random(seed);
    byte[] block = new byte[BLOCK];
    try (RandomAccessFile file = file(name)) {
      for (int i = 0; i < blocks; i++) {
        random.nextBytes(block);
        file.write(block);
      }
      file.getFD().sync();
    }
    return mountPoint.resolve(name);
  }

  private static void requireContent(Path path, int seed, int blocks) throws IOException {
    Random random = new Random(seed);
    byte[] wanted = new byte[BLOCK];
    byte[] found = new byte[BLOCK];
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
      assertThat(file.length()).isEqualTo((long) blocks * BLOCK);
      for (int i = 0; i < blocks; i++) {
        random.nextBytes(wanted);
        file.readFully(found);
        assertThat(found).as("block %d of %s", i, path).isEqualTo(wanted);
      }
    }
  }

  private void requireClean(Volume volume) {
    Output fsck =
        LINUX
            .programs()
            .run(List.of("e2fsck", "-fn", volume.image().toString()), Duration.ofMinutes(2));
    assertThat(fsck.exitCode()).as(fsck.out()).isZero();
    pools.delete(volume.id());
  }

  /** A volume that is attached and mounted until this is closed. */
  private final class Mounted implements AutoCloseable {
    private final Volume volume;

    Mounted(Volume volume) {
      this.volume = volume;
      LoopDevice device = images.attach(volume).device();
      try {
        LINUX.mounts().mount(device.path().toString(), mountPoint, "ext4", Set.of(), "");
      } catch (RuntimeException e) {
        images.detach(volume);
        throw e;
      }
    }

    @Override
    public void close() {
      LINUX.mounts().unmount(mountPoint, Set.of());
      images.detach(volume);
    }
  }
}
