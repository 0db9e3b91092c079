package dev.berth.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;

/**
 * Appends numbered records of a block each to one file or to several in turn, every one forced to
 * disk before the same number is written to the next file, and before it counts.
 */
final class RecordWriter implements AutoCloseable {
  private static final int BLOCK = 4096;
  private static final long MOST = 10_000;

  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicBoolean stopped = new AtomicBoolean();
  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  private final Future<Boolean> work;

  RecordWriter(List<Path> files) {
    work = thread.submit(() -> write(files));
  }

  private boolean write(List<Path> files) throws IOException {
    List<FileChannel> channels = new ArrayList<>();
    try {
      for (Path file : files) {
        channels.add(FileChannel.open(file, StandardOpenOption.WRITE));
      }
      for (long n = 1; !stopped.get() && n < MOST; n++) {
        for (FileChannel channel : channels) {
          ByteBuffer record = ByteBuffer.allocate(BLOCK).putLong(n).position(0);
          channel.write(record, (n - 1) * BLOCK);
          channel.force(true);
        }
        acknowledged.set(n);
      }
    } finally {
      for (FileChannel channel : channels) {
        channel.close();
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
