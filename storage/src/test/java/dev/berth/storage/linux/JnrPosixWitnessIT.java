package dev.berth.storage.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import jnr.posix.FileStat;
import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * jnr-posix lays its structures out by itself: where it can answer the same question, the answers
 * must be equal.
 */
class JnrPosixWitnessIT {
  private static final POSIX WITNESS = POSIXFactory.getNativePOSIX();
  private final FileCalls files = Linux.real().files();

  @Test
  void a_file_has_the_same_inode_size_and_blocks(@TempDir Path dir) throws Exception {
    Path file = Files.write(dir.resolve("file"), new byte[123_456]);
    files.syncFile(file);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));

    FileStat witness = WITNESS.lstat(file.toString());
    dev.berth.storage.linux.FileStat ours = files.stat(file);

    assertThat(ours.identity().inode()).isEqualTo(witness.ino());
    assertThat(ours.size().value()).isEqualTo(witness.st_size());
    assertThat(ours.allocated().value()).isEqualTo(witness.blocks() * 512);
    assertThat(ours.permissions()).isEqualTo(witness.mode() & 0777);
  }

  @Test
  void a_device_node_has_the_same_numbers() {
    FileStat witness = WITNESS.lstat("/dev/null");
    DeviceNumber ours = files.stat(Path.of("/dev/null")).node().orElseThrow();

    // Its own major() and minor() read the number as BSD lays it out, so the raw number is
    // compared.
    assertThat(ours.major() << 8 | ours.minor()).isEqualTo((int) witness.rdev());
  }

  @Test
  void a_symbolic_link_is_asked_itself(@TempDir Path dir) throws Exception {
    Path link = Files.createSymbolicLink(dir.resolve("link"), Path.of("nowhere"));

    assertThat(files.identity(link).inode()).isEqualTo(WITNESS.lstat(link.toString()).ino());
  }
}
