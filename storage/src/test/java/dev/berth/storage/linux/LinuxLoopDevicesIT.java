package dev.berth.storage.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.storage.Bytes;
import dev.berth.storage.VolumeException.SystemCallFailed;
import dev.berth.storage.linux.LoopDevices.AttachRequest;
import dev.berth.storage.linux.LoopFilesystem.Kind;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LinuxLoopDevicesIT extends LoopDevicesContract {
  private static final Linux LINUX = Linux.real();

  @Override
  protected LoopDevices loops() {
    return LINUX.loops();
  }

  @Override
  protected FileIdentity identity(Path file) {
    return LINUX.files().identity(file);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void on_each_filesystem_the_block_size_holds_and_direct_io_comes_about(Kind kind)
      throws IOException {
    Bytes size = kind.smallest().times(2);
    try (LoopFilesystem fs = LoopFilesystem.make(LINUX, kind, size, dir)) {
      Path image = fs.path().resolve("inner");
      for (int blockSize : List.of(512, 4096)) {
        LoopDevice device = attached(image, Bytes.of(blockSize));
        try {
          assertThat(device.blockSize()).isEqualTo(Bytes.of(blockSize));
          assertThat(device.size()).isEqualTo(Bytes.ofMiB(8));
          // With 4096-byte sectors below, direct I/O of 512 bytes cannot be; btrfs does not tell.
          assertThat(device.directIo()).isEqualTo(blockSize == 4096 || kind == Kind.BTRFS);
          assertThat(LINUX.loops().find(LINUX.files().identity(image))).contains(device);
        } finally {
          LINUX.loops().detach(device);
        }
      }
    }
  }

  private static LoopDevice attached(Path image, Bytes blockSize) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(Bytes.ofMiB(8).value());
    }
    return LINUX.loops().attach(new AttachRequest(image, "inner", blockSize, false, true, true));
  }

  @Test
  void an_image_on_tmpfs_is_attached_whatever_becomes_of_direct_io() throws IOException {
    Path tmpfs = Files.createDirectory(dir.resolve("tmpfs"));
    LINUX.mounts().mount("berth-test", tmpfs, "tmpfs", Set.of(), "size=16m");
    try {
      LoopDevice device = attached(tmpfs.resolve("inner"), Bytes.ofKiB(4));
      assertThat(device.blockSize()).isEqualTo(Bytes.ofKiB(4));
      LINUX.loops().detach(device);
    } finally {
      LINUX.mounts().unmount(tmpfs, Set.of());
    }
  }

  @Test
  void the_lock_outlives_the_process_that_took_it_and_goes_with_the_detach() throws Exception {
    Path image = dir.resolve("image");
    Process holder =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                AttachAndDie.class.getName(),
                image.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(holder.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(holder.waitFor()).describedAs(said).isEqualTo(AttachAndDie.KILLED);

    LoopDevice device = LINUX.loops().find(identity(image)).orElseThrow();
    assertThat(LINUX.files().tryLock(image)).isEmpty();
    LINUX.loops().detach(device);
    try (FileLock lock = LINUX.files().tryLock(image).orElseThrow()) {
      assertThat(lock.file()).isEqualTo(image);
    }
  }

  /** Attaches the image it is given and kills itself. */
  static final class AttachAndDie {
    /** What a shell and Java say of a process that SIGKILL ended. */
    static final int KILLED = 137;

    public static void main(String[] args) throws IOException {
      LoopDevice device =
          LINUX
              .loops()
              .attach(
                  new AttachRequest(Path.of(args[0]), "dead", Bytes.ofKiB(4), false, true, true));
      System.out.println(device);
      new ProcessBuilder("kill", "-KILL", Long.toString(ProcessHandle.current().pid())).start();
      while (true) {
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void a_mounted_device_is_EBUSY_and_stays_as_it_was() {
    try (LoopFilesystem fs = LoopFilesystem.make(LINUX, Kind.EXT4, Kind.EXT4.smallest(), dir)) {
      assertThatThrownBy(() -> LINUX.loops().detach(fs.device()))
          .isInstanceOf(SystemCallFailed.class)
          .hasMessage("open " + fs.device().path() + ": EBUSY (Device or resource busy)");
      LINUX.mounts().unmount(fs.path(), Set.of());
      assertThat(LINUX.loops().find(fs.device().backing())).contains(fs.device());
    }
  }

  @Test
  void a_detach_waits_for_who_has_the_device_open() throws Exception {
    LoopDevice device = attached(dir.resolve("open"), Bytes.ofKiB(4));
    RandomAccessFile reader = new RandomAccessFile(device.path().toFile(), "r");
    try (ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor()) {
      Future<Boolean> left = later.schedule(() -> close(reader), 300, TimeUnit.MILLISECONDS);
      LINUX.loops().detach(device);
      assertThat(left.get()).isTrue();
      assertThat(LINUX.loops().find(device.backing())).isEmpty();
    }
  }

  @Test
  void a_detach_that_failed_leaves_the_device_attached_when_its_user_leaves() throws Exception {
    LoopDevice device = attached(dir.resolve("kept"), Bytes.ofKiB(4));
    try {
      try (RandomAccessFile _ = new RandomAccessFile(device.path().toFile(), "r")) {
        assertThatThrownBy(() -> LINUX.loops().detach(device))
            .isInstanceOf(SystemCallFailed.class)
            .hasMessageContaining("EBUSY");
      }
      assertThat(LINUX.loops().find(device.backing())).contains(device);
    } finally {
      LINUX.loops().detach(device);
    }
    assertThat(LINUX.loops().find(device.backing())).isEmpty();
  }

  private static boolean close(RandomAccessFile file) throws IOException {
    file.close();
    return true;
  }

  @Test
  void many_at_once_each_get_a_device_of_their_own() throws Exception {
    try (ExecutorService pool = Executors.newFixedThreadPool(8)) {
      List<Path> images = new ArrayList<>();
      for (int i = 0; i < 24; i++) {
        images.add(dir.resolve("many-" + i));
      }
      List<Future<LoopDevice>> attached =
          images.stream().map(p -> pool.submit(() -> attached(p, Bytes.ofKiB(4)))).toList();
      List<LoopDevice> devices = new ArrayList<>();
      for (Future<LoopDevice> future : attached) {
        devices.add(future.get());
      }
      assertThat(devices).extracting(LoopDevice::number).doesNotHaveDuplicates();
      List<Future<?>> gone = new ArrayList<>();
      devices.forEach(d -> gone.add(pool.submit(() -> LINUX.loops().detach(d))));
      for (Future<?> future : gone) {
        future.get();
      }
      for (Path image : images) {
        assertThat(LINUX.loops().find(identity(image))).isEmpty();
      }
    }
  }

  @Test
  void discard_that_is_off_keeps_the_blocks_and_is_on_again_for_the_numbers_next_user()
      throws IOException {
    Path image = Files.createFile(dir.resolve("thick"));
    LINUX.files().allocate(image, Bytes.ZERO, Bytes.ofMiB(8));
    LoopDevice device =
        LINUX.loops().attach(new AttachRequest(image, "thick", Bytes.ofKiB(4), false, true, true));
    Path limit = Path.of("/sys/block/loop" + device.number() + "/queue/discard_max_bytes");
    String before = Files.readString(limit);
    try {
      LINUX.loops().forbidDiscard(device);
      LINUX.loops().forbidDiscard(device);
      assertThat(Files.readString(limit).strip()).isEqualTo("0");
      assertThat(
              LINUX
                  .programs()
                  .run(List.of("blkdiscard", device.path().toString()), Duration.ofMinutes(1))
                  .exitCode())
          .isNotZero();
      assertThat(LINUX.files().stat(image).allocated()).isEqualTo(Bytes.ofMiB(8));
    } finally {
      LINUX.loops().detach(device);
    }
    // The number was taken out; whoever gets it next finds it as it was.
    LoopDevice next =
        LINUX.loops().attach(new AttachRequest(image, "next", Bytes.ofKiB(4), false, true, true));
    try {
      Path its = Path.of("/sys/block/loop" + next.number() + "/queue/discard_max_bytes");
      assertThat(Files.readString(its)).isEqualTo(before).isNotEqualTo("0\n");
    } finally {
      LINUX.loops().detach(next);
    }
  }
}
