package dev.berth.storage;

import dev.berth.storage.linux.Linux;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;

/** Starts pools, and remembers which ones there were. */
final class PoolSlots {
  private final Linux linux;
  private final PoolsContext context;
  private final Disk disk;
  private final Mkfs mkfs;
  private final KnownPools known;
  private final Freezing freezing;

  /** What the drafts folder of this process is called. */
  private final String instance = PoolId.random(new SecureRandom()).value();

  PoolSlots(Linux linux, PoolsContext context, Freezing freezing) {
    this.freezing = freezing;
    this.linux = linux;
    this.context = context;
    this.disk = new Disk(linux.files(), linux.subvolumes());
    this.mkfs = new Mkfs(linux.programs(), context.formatDeadline());
    this.known = new KnownPools(disk, context.stateDirectory());
  }

  PoolSlot open(PoolSettings settings) {
    return new PoolSlot(settings, this);
  }

  Optional<PoolId> knownId(PoolSettings settings) {
    return known.find(settings).map(KnownPools.Known::id);
  }

  /** The first start, which waits for another process to let go of the pool. */
  Pool start(PoolSettings settings) {
    return start(settings, context.lockPatience());
  }

  /** A later try, on a thread that must not be kept. */
  Pool retry(PoolSettings settings) {
    return start(settings, Duration.ZERO);
  }

  private Pool start(PoolSettings settings, Duration patience) {
    PoolOpening opening = new PoolOpening(disk, linux.mounts(), context.clock());
    OpenedPool opened = opening.open(settings, known.find(settings), patience);
    try {
      Pool pool = new Pool(opened, linux, mkfs, context, instance, freezing);
      known.remember(settings, opened.id());
      return pool;
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
  }
}
