package dev.berth.e2e.powerloss;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads what dm-log-writes has recorded, as Documentation/admin-guide/device-mapper/log-writes.rst
 * and the structures of drivers/md/dm-log-writes.c say: a superblock, and then each entry in a
 * sector of its own with its data behind it.
 *
 * <p>A write is in the log only when it was followed by a flush that was finished, or was forced by
 * itself (FUA). So every beginning of the log is a disk that a power loss may leave.
 */
final class WriteLog implements AutoCloseable {
  private static final long MAGIC = 0x6a736677736872L;
  private static final long VERSION = 1;

  /** magic, version, number of entries (64 bits each), size of a sector (32 bits). */
  private static final int SUPER_SIZE = 28;

  /** sector, number of sectors, flags, length of a mark (64 bits each). */
  private static final int ENTRY_SIZE = 32;

  private final Path path;
  private final FileChannel channel;
  private final List<LogEntry> entries = new ArrayList<>();

  private WriteLog(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /** Reads the entries; their data stays where it is. */
  static WriteLog open(Path path) throws IOException {
    WriteLog log = new WriteLog(path, FileChannel.open(path, StandardOpenOption.READ));
    try {
      log.readEntries();
      return log;
    } catch (IOException | RuntimeException e) {
      log.close();
      throw e;
    }
  }

  /** In the order in which they were safe on the disk. */
  List<LogEntry> entries() {
    return List.copyOf(entries);
  }

  /** Does to {@code disk} what {@code entry} did to the device. */
  void apply(LogEntry entry, FileChannel disk) throws IOException {
    if (!entry.changesTheDisk()) {
      return;
    }
    ByteBuffer data =
        entry.isDiscard()
            ? ByteBuffer.allocate(Math.toIntExact(entry.length()))
            : read(entry.dataAt(), Math.toIntExact(entry.length()));
    long at = entry.at();
    while (data.hasRemaining()) {
      at += disk.write(data, at);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private void readEntries() throws IOException {
    ByteBuffer head = read(0, SUPER_SIZE);
    long magic = head.getLong();
    long version = head.getLong();
    if (magic != MAGIC || version != VERSION) {
      throw new IOException(
          String.format(
              "%s: magic %#x version %d is no log of dm-log-writes", path, magic, version));
    }
    long count = head.getLong();
    long sector = head.getInt();
    long at = sector;
    for (long i = 0; i < count; i++) {
      LogEntry entry = entry(at, sector);
      entries.add(entry);
      at += sector;
      if (entry.changesTheDisk() && !entry.isDiscard()) {
        at += entry.length();
      }
    }
  }

  private LogEntry entry(long at, long sector) throws IOException {
    ByteBuffer head = read(at, ENTRY_SIZE);
    long where = head.getLong();
    long count = head.getLong();
    long flags = head.getLong();
    int markLength = Math.toIntExact(head.getLong());
    if (markLength > sector - ENTRY_SIZE || count < 0) {
      throw new IOException(path + ": the entry at byte " + at + " makes no sense");
    }
    String mark =
        (flags & LogEntry.MARK) == 0
            ? ""
            : StandardCharsets.UTF_8.decode(read(at + ENTRY_SIZE, markLength)).toString();
    return new LogEntry(where * sector, count * sector, flags, at + sector, mark);
  }

  private ByteBuffer read(long at, int length) throws IOException {
    ByteBuffer room = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    long position = at;
    while (room.hasRemaining()) {
      int read = channel.read(room, position);
      if (read < 0) {
        throw new EOFException(path + ": ends at byte " + position + ", in the middle of an entry");
      }
      position += read;
    }
    return room.flip();
  }
}
