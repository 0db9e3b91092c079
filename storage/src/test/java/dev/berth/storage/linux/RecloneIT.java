package dev.berth.storage.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.storage.Bytes;
import dev.berth.storage.linux.LoopFilesystem.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecloneIT {
  private static final Linux LINUX = Linux.real();
  private static final int BLOCK = 4096;
  private static final int BLOCKS = 2_000;

  @Test
  void a_clone_that_is_brought_up_to_date_is_its_source_byte_for_byte(@TempDir Path dir)
      throws IOException {
    try (LoopFilesystem xfs = LoopFilesystem.make(LINUX, Kind.XFS, Bytes.ofMiB(400), dir)) {
      Path source = xfs.path().resolve("source");
      try (FileChannel file =
          FileChannel.open(source, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        file.write(ByteBuffer.allocate(1), (long) BLOCKS * BLOCK - 1);
      }
      for (int seed = 0; seed < 12; seed++) {
        Random random = new Random(seed);
        change(source, random, 300);
        Path target = xfs.path().resolve("target" + seed);
        LINUX.files().reflink(source, target);
        change(source, random, seed * 15);
        byte[] then = Files.readAllBytes(source);
        LINUX.files().reclone(source, target);
        assertThat(target).as("seed %d", seed).hasBinaryContent(then);
        LINUX.files().reclone(source, target);
        change(source, random, 50);
        assertThat(target).as("seed %d, later", seed).hasBinaryContent(then);
        Files.delete(target);
      }
    }
  }

  /** Writes over blocks, some forced to disk and some not, and takes some away. */
  private static void change(Path file, Random random, int times) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      for (int i = 0; i < times; i++) {
        long at = (long) random.nextInt(BLOCKS - 8) * BLOCK;
        byte[] data = new byte[BLOCK * (1 + random.nextInt(8))];
        random.nextBytes(data);
        channel.write(ByteBuffer.wrap(data), at);
        if (random.nextInt(10) == 0) {
          channel.force(false);
        }
      }
    }
    if (times > 0) {
      long hole = (long) random.nextInt(BLOCKS - 8) * BLOCK;
      LINUX
          .programs()
          .run(
              List.of(
                  "fallocate",
                  "--punch-hole",
                  "--offset=" + hole,
                  "--length=" + 4 * BLOCK,
                  "--",
                  file.toString()),
              Duration.ofMinutes(1));
      LINUX
          .programs()
          .run(
              List.of(
                  "fallocate",
                  "--zero-range",
                  "--offset=" + hole / 2 / BLOCK * BLOCK,
                  "--length=" + 3 * BLOCK,
                  "--",
                  file.toString()),
              Duration.ofMinutes(1));
    }
  }
}
