package dev.berth.provisioner.recycle;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A folder that is being emptied, on a thread of its own: a removal may take minutes, and would
 * hold the carrier of a virtual thread all the while. Whoever began it waits until it has ended,
 * because it must not remove what the next user writes.
 */
final class Emptying {
  private final Path path;
  private final FutureTask<Void> work;

  private Emptying(Path path) {
    this.path = path;
    this.work =
        new FutureTask<>(
            () -> {
              empty(path);
              return null;
            });
  }

  static Emptying start(Path path) {
    Emptying emptying = new Emptying(path);
    Thread.ofPlatform().daemon().name("recycle").start(emptying.work);
    return emptying;
  }

  /** Waits until everything is gone. */
  void end() throws RecycleException {
    while (!endsWithin(Duration.ofDays(1))) {
      // as long as it takes
    }
  }

  /**
   * Waits for the end, and no longer than that.
   *
   * @return whether everything is gone
   */
  boolean endsWithin(Duration patience) throws RecycleException {
    try {
      work.get(patience.toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException _) {
      return false;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RecycleException known
          ? known
          : new RecycleException(String.valueOf(e.getCause()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RecycleException("interrupted while " + path + " is emptied", e);
    }
  }

  private static void empty(Path path) throws RecycleException {
    try (Folder folder = Folder.open(path)) {
      folder.empty();
    } catch (NoSuchFileException e) {
      throw new RecycleException(e.getFile() + ": no such file or folder", e);
    } catch (IOException e) {
      throw new RecycleException(String.valueOf(e.getMessage()), e);
    }
  }
}
