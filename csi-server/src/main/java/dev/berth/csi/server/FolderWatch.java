package dev.berth.csi.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells when names come or go in folders, through inotify(7), on one thread for all of them.
 *
 * <p>A folder is watched together with the one above it, because a folder that is removed or
 * renamed takes its own watch along.
 */
public final class FolderWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FolderWatch.class);

  /** Sets right what was found wrong, on the thread of the watch, which it must not keep. */
  @FunctionalInterface
  public interface Check {
    /**
     * Looks and repairs; called for any change in any watched folder.
     *
     * @return whether all is well; if not, it is asked again after a while without a change
     */
    boolean settle();
  }

  private record Watched(Path folder, Check check) {}

  private final WatchService changes;
  private final Duration again;
  private final List<Watched> watched = new CopyOnWriteArrayList<>();
  private final Thread thread = Thread.ofPlatform().daemon().name("folders").unstarted(this::run);

  private FolderWatch(WatchService changes, Duration again) {
    this.changes = changes;
    this.again = again;
  }

  /**
   * Starts watching nothing yet.
   *
   * @param again how long to wait before a check that could not settle is asked again
   */
  public static FolderWatch start(Duration again) {
    try {
      FolderWatch watch = new FolderWatch(FileSystems.getDefault().newWatchService(), again);
      watch.thread.start();
      return watch;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "watch folders: " + e.getMessage() + "; fs.inotify.max_user_instances may be too low", e);
    }
  }

  /**
   * Asks {@code check} after each change in {@code folder}, until {@link #remove}; the caller looks
   * once by itself after this.
   *
   * @throws IOException if the folder cannot be watched
   */
  public void add(Path folder, Check check) throws IOException {
    register(folder);
    watched.add(new Watched(folder, check));
  }

  /** Forgets a check; the last call of it may still be under way. */
  public void remove(Check check) {
    watched.removeIf(w -> w.check().equals(check));
  }

  private void register(Path folder) throws IOException {
    List<Path> both = new ArrayList<>(List.of(folder));
    if (folder.getParent() != null) {
      both.add(folder.getParent());
    }
    for (Path each : both) {
      // Again for a folder that is known answers the same key; for one made anew, another.
      each.register(
          changes, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_DELETE);
    }
  }

  private void run() {
    boolean settled = true;
    try {
      while (true) {
        @Nullable WatchKey key =
            settled ? changes.take() : changes.poll(again.toMillis(), TimeUnit.MILLISECONDS);
        if (key != null) {
          key.pollEvents();
          key.reset();
        }
        settled = settleAll();
      }
    } catch (ClosedWatchServiceException _) {
      // close()
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean settleAll() {
    boolean settled = true;
    for (Watched each : watched) {
      settled &= settle(each);
    }
    return settled;
  }

  private boolean settle(Watched one) {
    try {
      boolean settled = one.check().settle();
      if (Files.isDirectory(one.folder())) {
        register(one.folder());
        // What changed before the folder that was made anew was watched has no event.
        return settled && one.check().settle();
      }
      return settled;
    } catch (IOException e) {
      LOG.warn("cannot watch {}: {}", one.folder(), e.toString());
      return false;
    } catch (RuntimeException e) {
      // The edge of a thread that all the others depend on.
      LOG.error("setting {} right failed", one.folder(), e);
      return false;
    }
  }

  @Override
  public void close() {
    try {
      changes.close();
      thread.join(Duration.ofSeconds(5));
    } catch (IOException e) {
      throw new UncheckedIOException("stop watching folders", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
