package dev.berth.e2e.powerloss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WriteLogTest {
  private static final int SECTOR = 512;
  private static final long MAGIC = 0x6a736677736872L;

  @TempDir private Path dir;
  private final ByteBuffer log = ByteBuffer.allocate(64 * SECTOR).order(ByteOrder.LITTLE_ENDIAN);

  @Test
  void entries_have_their_place_their_flags_and_their_data() throws IOException {
    begin(MAGIC, 4);
    entry(8, 2, LogEntry.METADATA, "", (byte) 'a');
    entry(0, 0, LogEntry.FLUSH, "", (byte) 0);
    entry(0, 0, LogEntry.MARK, "u0:created:v1", (byte) 0);
    entry(16, 1, LogEntry.FLUSH | LogEntry.FUA, "", (byte) 'b');
    try (WriteLog read = open()) {
      assertThat(read.entries())
          .containsExactly(
              new LogEntry(4096, 1024, LogEntry.METADATA, 2 * SECTOR, ""),
              new LogEntry(0, 0, LogEntry.FLUSH, 5 * SECTOR, ""),
              new LogEntry(0, 0, LogEntry.MARK, 6 * SECTOR, "u0:created:v1"),
              new LogEntry(8192, 512, LogEntry.FLUSH | LogEntry.FUA, 7 * SECTOR, ""));
      assertThat(read.entries().stream().filter(LogEntry::changesTheDisk)).hasSize(2);
    }
  }

  @Test
  void what_was_written_is_written_again_and_what_was_discarded_reads_as_zeros()
      throws IOException {
    begin(MAGIC, 3);
    entry(0, 3, 0, "", (byte) 'a');
    entry(1, 1, LogEntry.DISCARD, "", (byte) 0);
    entry(2, 1, LogEntry.FUA, "", (byte) 'b');
    Path disk = Files.createFile(dir.resolve("disk"));
    try (WriteLog read = open();
        FileChannel out = FileChannel.open(disk, StandardOpenOption.WRITE)) {
      for (LogEntry entry : read.entries()) {
        read.apply(entry, out);
      }
    }
    ByteBuffer expected = ByteBuffer.allocate(3 * SECTOR);
    expected.put(filled(SECTOR, 'a')).put(filled(SECTOR, 0)).put(filled(SECTOR, 'b'));
    assertThat(Files.readAllBytes(disk)).isEqualTo(expected.array());
  }

  @Test
  void what_is_no_log_is_refused() {
    begin(1, 0);
    assertThatThrownBy(this::open)
        .isInstanceOf(IOException.class)
        .hasMessageEndingWith("log: magic 0x1 version 1 is no log of dm-log-writes");
  }

  @Test
  void a_log_that_is_cut_off_is_refused() {
    begin(MAGIC, 1000);
    assertThatThrownBy(this::open)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("in the middle of an entry");
  }

  private WriteLog open() throws IOException {
    return WriteLog.open(Files.write(dir.resolve("log"), log.array()));
  }

  private void begin(long magic, long entries) {
    log.putLong(magic).putLong(1).putLong(entries).putInt(SECTOR).position(SECTOR);
  }

  private void entry(long sector, long sectors, long flags, String mark, byte fill) {
    int at = log.position();
    log.putLong(sector).putLong(sectors).putLong(flags).putLong(mark.length());
    log.put(mark.getBytes(StandardCharsets.UTF_8));
    log.position(at + SECTOR);
    if ((flags & LogEntry.DISCARD) == 0) {
      log.put(filled((int) sectors * SECTOR, fill));
    }
  }

  private static byte[] filled(int length, int fill) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) fill);
    return bytes;
  }
}
