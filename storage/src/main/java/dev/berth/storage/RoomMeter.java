package dev.berth.storage;

import dev.berth.storage.Ledger.Terms;
import dev.berth.storage.linux.FileStat;
import dev.berth.storage.linux.StatFs;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

/**
 * Measures what the filesystem of a pool has for it. The result stays true while our own volumes
 * fill, so it is measured again only for the sake of what others write there.
 */
final class RoomMeter {
  private static final Duration FRESH = Duration.ofSeconds(5);

  private final OpenedPool pool;
  private final InstantSource clock;
  private final AtomicReference<Instant> last = new AtomicReference<>(Instant.MIN);

  RoomMeter(OpenedPool pool, InstantSource clock) {
    this.pool = pool;
    this.clock = clock;
  }

  /** True for one caller in each period. */
  boolean isOld() {
    Instant then = last.get();
    Instant now = clock.instant();
    boolean fresh = !now.isBefore(then) && now.isBefore(then.plus(FRESH));
    return !fresh && last.compareAndSet(then, now);
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
   * @param shares which volumes may share blocks
   */
  Bytes room(Bytes kept, Collection<Volume> volumes, Set<Path> drafts, Predicate<Volume> shares) {
    last.set(clock.instant());
    Bytes before = statfs().available();
    Bytes held = kept;
    for (Volume volume : volumes) {
      Path image = volume.image();
      held = held.plus((shares.test(volume) ? unshared(image) : held(image)).min(volume.size()));
    }
    for (Path draft : drafts) {
      held = held.plus(unshared(draft));
    }
    return held.plus(before.min(statfs().available()));
  }

  private Bytes unshared(Path file) {
    return pool.disk().stat(file).map(_ -> pool.disk().files().unshared(file)).orElse(Bytes.ZERO);
  }

  private Bytes held(Path file) {
    return pool.disk().stat(file).map(FileStat::allocated).orElse(Bytes.ZERO);
  }

  private StatFs statfs() {
    return pool.disk().files().statfs(pool.layout().root());
  }
}
