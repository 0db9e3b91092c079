package dev.berth.storage;

import dev.berth.storage.Ledger.Terms;
import dev.berth.storage.VolumeException.SystemCallFailed;
import dev.berth.storage.linux.FileStat;
import dev.berth.storage.linux.StatFs;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Measures what the filesystem of a pool has for it. The result stays true while our own volumes
 * fill, so it is measured again only for the sake of what others write there.
 */
final class RoomMeter {
  private static final Duration FRESH = Duration.ofSeconds(5);

  private final OpenedPool pool;
  private final InstantSource clock;
  private final UnsharedCache cache;
  private final AtomicReference<Instant> last = new AtomicReference<>(Instant.MIN);

  RoomMeter(OpenedPool pool, InstantSource clock) {
    this.pool = pool;
    this.clock = clock;
    this.cache = new UnsharedCache(pool.disk().files()::unshared, System::nanoTime);
  }

  /** True for one caller in each period. */
  boolean isOld() {
    Instant then = last.get();
    Instant now = clock.instant();
    boolean fresh = !now.isBefore(then) && now.isBefore(then.plus(FRESH));
    return !fresh && last.compareAndSet(then, now);
  }

  /** Makes the last measure an old one. */
  void outdate() {
    cache.forget();
    last.set(Instant.MIN);
  }

  Terms terms() {
    PoolSettings settings = pool.settings();
    Bytes size = pool.givenSize().orElseGet(() -> statfs().size());
    return new Terms(size, settings.overcommit(), settings.reserve());
  }

  /**
   * What is free and what ours holds already. The filesystem is asked before and after the counting
   * and the smaller answer taken, so that what moves meanwhile is not counted twice.
   *
   * <p>A block that two hold is counted once at most: with the snapshot, for a volume needs another
   * when it writes there; with nobody, when two volumes share it.
   *
   * @param kept what trash and snapshots were promised, which is what they hold
   * @param folders knows what directories hold
   * @param sharing whether there is anything here that may share blocks with a volume
   */
  Bytes room(
      Bytes kept, Collection<Volume> volumes, Set<Path> drafts, boolean sharing, Folders folders) {
    last.set(clock.instant());
    Bytes before = statfs().available();
    Bytes held = kept;
    for (Volume volume : volumes) {
      Path image = volume.image();
      if (volume.content() instanceof Content.Directory) {
        // What nobody counts is as if others had taken it.
        held = held.plus(folders.used(volume).orElse(Bytes.ZERO).min(volume.size()));
        continue;
      }
      held = held.plus((sharing ? unshared(image) : held(image)).min(volume.size()));
    }
    for (Path draft : drafts) {
      held = held.plus(sharing ? unshared(draft) : held(draft));
    }
    return held.plus(before.min(statfs().available()));
  }

  /** What cannot be told just now counts nothing: it has moved, or its disk fails. */
  private Bytes unshared(Path file) {
    try {
      return pool.disk().stat(file).map(s -> cache.unshared(file, s)).orElse(Bytes.ZERO);
    } catch (SystemCallFailed e) {
      return Bytes.ZERO;
    }
  }

  private Bytes held(Path file) {
    return pool.disk().stat(file).map(FileStat::allocated).orElse(Bytes.ZERO);
  }

  private StatFs statfs() {
    return pool.disk().files().statfs(pool.layout().root());
  }
}
