package dev.berth.storage;

import dev.berth.storage.VolumeException.PoolMissing;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The place of one configured pool, whether that is there or not. */
final class PoolSlot implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PoolSlot.class);

  private sealed interface State {
    record There(Pool pool) implements State {}

    /** {@code lost} are the volumes that were in it when it went. */
    record Gone(String why, List<VolumeId> lost) implements State {}

    record Closed() implements State {}
  }

  private final PoolSettings settings;
  private final PoolSlots slots;
  private volatile State state;

  PoolSlot(PoolSettings settings, PoolSlots slots) {
    this.settings = settings;
    this.slots = slots;
    this.state = first();
  }

  PoolName name() {
    return settings.name();
  }

  /** Its id, known also while it is missing. */
  Optional<PoolId> id() {
    return ready().map(Pool::id).or(() -> slots.knownId(settings));
  }

  Optional<Pool> ready() {
    return state instanceof State.There(Pool pool) ? Optional.of(pool) : Optional.empty();
  }

  Pool require() {
    return switch (state) {
      case State.There(Pool pool) -> pool;
      case State.Gone(String why, _) -> throw new PoolMissing(why);
      case State.Closed _ -> throw new PoolMissing("pool " + name() + " is closed");
    };
  }

  Optional<String> whyMissing() {
    return state instanceof State.Gone(String why, _) ? Optional.of(why) : Optional.empty();
  }

  List<VolumeId> lost() {
    return state instanceof State.Gone(_, List<VolumeId> lost) ? lost : List.of();
  }

  PoolStatus status() {
    PoolHealth health =
        switch (state) {
          case State.There(Pool pool) -> pool.health();
          case State.Gone(String why, _) -> new PoolHealth.Missing(why);
          case State.Closed _ -> new PoolHealth.Missing("pool " + name() + " is closed");
        };
    return new PoolStatus(name(), settings.directory(), health);
  }

  /** Looks again, after the mounts have changed; answers the status when the pool came or went. */
  synchronized Optional<PoolStatus> recheck() {
    return switch (state) {
      case State.There(Pool pool) -> pool.whyMissing().flatMap(why -> lost(pool, why));
      case State.Gone _ -> retry();
      case State.Closed _ -> Optional.empty();
    };
  }

  @Override
  public synchronized void close() {
    Optional<Pool> pool = ready();
    state = new State.Closed();
    pool.ifPresent(Pool::close);
  }

  private State first() {
    try {
      return new State.There(slots.start(settings));
    } catch (PoolMissing e) {
      LOG.warn("{}", e.getMessage());
      return new State.Gone(e.getMessage(), List.of());
    }
  }

  private Optional<PoolStatus> lost(Pool pool, String why) {
    LOG.warn("{}", why);
    state = new State.Gone(why, pool.list().stream().map(Volume::id).toList());
    try {
      pool.close();
    } catch (VolumeException e) {
      LOG.warn("pool {}: what was open in it could not be closed: {}", name(), e.getMessage());
    }
    comeBackAtOnce();
    return Optional.of(status());
  }

  /** Unmounted and mounted again may be one change to who watches, and no other follows. */
  private void comeBackAtOnce() {
    try {
      state = new State.There(slots.retry(settings));
    } catch (VolumeException e) {
      LOG.debug("pool {}: not there yet: {}", name(), e.getMessage());
    }
  }

  private Optional<PoolStatus> retry() {
    try {
      state = new State.There(slots.retry(settings));
      return Optional.of(status());
    } catch (VolumeException e) {
      state = new State.Gone(e.getMessage(), lost());
      return Optional.empty();
    }
  }
}
