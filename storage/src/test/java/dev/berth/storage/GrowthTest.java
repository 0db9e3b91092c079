package dev.berth.storage;

import static dev.berth.storage.PoolWorkshop.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.storage.VolumeException.SystemCallFailed;
import dev.berth.storage.linux.Linux;
import dev.berth.storage.linux.recorded.Faults;
import dev.berth.storage.linux.recorded.FaultyLinux;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GrowthTest {
  private static final int WRITTEN_AT = 2 << 20;

  @Test
  void an_expansion_that_fails_keeps_what_an_interrupted_one_had_added(@TempDir Path temporary)
      throws IOException {
    Volume volume = made(new PoolWorkshop(temporary));
    VolumeFile interrupted = VolumeFile.of(volume).growing(Bytes.ofMiB(3));
    write(volume, Bytes.ofMiB(3));
    Linux linux = FaultyLinux.wrap(Linux.real(), Faults.nth("syncFile", 2, "EIO"));
    Disk disk = new Disk(linux.files());
    Growth growth = new Growth(disk, new Folders(disk, linux, temporary));
    assertThatThrownBy(() -> growth.grow(interrupted, Bytes.ofMiB(4)))
        .isInstanceOf(SystemCallFailed.class)
        .hasMessageContaining("EIO");
    assertThat(volume.image()).hasSize(3 << 20);
    assertThat(Files.readAllBytes(volume.image())[WRITTEN_AT]).isEqualTo((byte) 'x');
    Path record = volume.image().resolveSibling(VolumeFile.NAME);
    assertThat(record).hasBinaryContent(interrupted.bytes());
  }

  private static Volume made(PoolWorkshop shop) {
    try (Pools pools = shop.open()) {
      return pools.create(request("a"));
    }
  }

  private static void write(Volume volume, Bytes size) throws IOException {
    try (RandomAccessFile image = new RandomAccessFile(volume.image().toFile(), "rw")) {
      image.setLength(size.value());
      image.seek(WRITTEN_AT);
      image.write('x');
    }
  }
}
