package dev.berth.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes one block again and again, forced to disk each time, and keeps the longest time of one.
 */
final class Stalls implements AutoCloseable {
  private final AtomicBoolean stopped = new AtomicBoolean();
  private final AtomicLong longest = new AtomicLong();
  private final AtomicLong written = new AtomicLong();
  private final Thread thread;

  Stalls(Path file) {
    thread = Thread.ofPlatform().daemon().start(() -> write(file));
  }

  private void write(Path file) {
    ByteBuffer block = ByteBuffer.allocate(4096);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
      while (!stopped.get()) {
        long began = System.nanoTime();
        channel.write(block.rewind(), 0);
        channel.force(false);
        longest.accumulateAndGet(System.nanoTime() - began, Math::max);
        written.incrementAndGet();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The longest write since the last time that this was asked, in milliseconds. */
  double longest() {
    long before = written.get();
    while (written.get() == before && thread.isAlive()) {
      Thread.onSpinWait(); // The one under way began before, and may be the longest.
    }
    return longest.getAndSet(0) / 1e6;
  }

  @Override
  public void close() {
    stopped.set(true);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
