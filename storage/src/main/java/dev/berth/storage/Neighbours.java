package dev.berth.storage;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.berth.storage.VolumeException.NotNow;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which volumes may share one pool: a directory whose size nobody enforces could take the blocks
 * that thin images were promised, and their filesystems would fail in the middle of a write.
 */
final class Neighbours {
  /** What a volume is to its neighbours. */
  private enum Habit {
    /** Takes what it was promised and no more, or has it already. */
    KEEPS,
    /** Relies on blocks that it does not have yet. */
    RELIES,
    /** May take more than it was promised. */
    TAKES;

    static Habit of(Content content, Allocation allocation) {
      return switch (content) {
        case Content.Filesystem _, Content.Block _ ->
            allocation == Allocation.THIN ? RELIES : KEEPS;
        case Content.Directory(Limit limit) -> limit == Limit.ADVISORY ? TAKES : KEEPS;
      };
    }
  }

  private final PoolName pool;
  private final Folders folders;

  @GuardedBy("this")
  private final Map<String, Habit> all = new HashMap<>();

  Neighbours(PoolName pool, Folders folders) {
    this.pool = pool;
    this.folders = folders;
  }

  /** Why such a volume cannot come here; empty when it can. */
  synchronized Optional<String> whyNot(Content content, Allocation allocation) {
    Optional<String> unlimited = folders.whyNot(content);
    return unlimited.isPresent() ? unlimited : disturbs(content, allocation);
  }

  @GuardedBy("this")
  private Optional<String> disturbs(Content content, Allocation allocation) {
    return switch (Habit.of(content, allocation)) {
      case KEEPS -> Optional.empty();
      case RELIES ->
          all.containsValue(Habit.TAKES)
              ? Optional.of(
                  "it holds directory volumes of advisory size, which may take the room of thin images; use another pool, or allocation thick")
              : Optional.empty();
      case TAKES ->
          all.containsValue(Habit.RELIES)
              ? Optional.of(
                  "it holds thin images, whose room a directory of advisory size may take; use another pool, or capacity enforced where the pool can keep it")
              : Optional.empty();
    };
  }

  /** Lets a new one in, or {@link NotNow} with why not. */
  synchronized void enter(String name, Content content, Allocation allocation) {
    whyNot(content, allocation)
        .ifPresent(
            why -> {
              throw new NotNow("pool " + pool + " cannot take the volume: " + why);
            });
    put(name, content, allocation);
  }

  /** One that is here already. */
  synchronized void put(String name, Content content, Allocation allocation) {
    all.put(name, Habit.of(content, allocation));
  }

  synchronized void leave(String name) {
    all.remove(name);
  }
}
