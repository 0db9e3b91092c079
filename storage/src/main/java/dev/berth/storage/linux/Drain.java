package dev.berth.storage.linux;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Empties one pipe of a program as it fills, so that the program never waits for us; keeps the
 * first mebibyte.
 */
final class Drain {
  private static final int KEPT = 1 << 20;

  private final InputStream pipe;
  private final Thread thread;

  @GuardedBy("this")
  private final ByteArrayOutputStream text = new ByteArrayOutputStream();

  @GuardedBy("this")
  private @Nullable IOException broken;

  private Drain(InputStream pipe) {
    this.pipe = pipe;
    this.thread = Thread.ofPlatform().daemon().name("program-output").unstarted(this::run);
  }

  static Drain of(InputStream pipe) {
    Drain drain = new Drain(pipe);
    drain.thread.start();
    return drain;
  }

  private void run() {
    byte[] chunk = new byte[8192];
    try (pipe) {
      for (int n = pipe.read(chunk); n >= 0; n = pipe.read(chunk)) {
        keep(chunk, n);
      }
    } catch (IOException e) {
      note(e);
    }
  }

  private synchronized void keep(byte[] chunk, int length) {
    text.write(chunk, 0, Math.min(length, KEPT - text.size()));
  }

  private synchronized void note(IOException e) {
    broken = e;
  }

  /** What came, once the pipe has ended or {@code patience} has. */
  String text(Duration patience) throws InterruptedException {
    thread.join(patience);
    synchronized (this) {
      String end = broken == null ? "" : " (then: " + broken.getMessage() + ")";
      return text.toString(StandardCharsets.UTF_8) + end;
    }
  }
}
