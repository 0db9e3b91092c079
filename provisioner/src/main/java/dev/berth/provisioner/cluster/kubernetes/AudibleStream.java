package dev.berth.provisioner.cluster.kubernetes;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/**
 * A stream that is closed when nothing has come for too long: a connection that died without a word
 * would otherwise be waited on for ever.
 */
final class AudibleStream extends FilterInputStream {
  private final Duration silence;
  private final Thread guard;
  private volatile long heard = System.nanoTime();
  private volatile boolean tooLong;

  AudibleStream(InputStream in, Duration silence) {
    super(in);
    this.silence = silence;
    this.guard = Thread.ofVirtual().name("silence").start(this::listen);
  }

  private void listen() {
    try {
      long left = silence.toNanos();
      while (left > 0) {
        Thread.sleep(Duration.ofNanos(left));
        left = silence.toNanos() - (System.nanoTime() - heard);
      }
      tooLong = true;
      in.close();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // the stream was closed, and this thread ends
    } catch (IOException _) {
      // The reader has the same error, and tells it.
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    try {
      int count = super.read(buffer, offset, length);
      heard = System.nanoTime();
      return count;
    } catch (IOException e) {
      if (tooLong) {
        return -1;
      }
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    guard.interrupt();
    super.close();
  }
}
