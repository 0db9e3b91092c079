package dev.berth.e2e.powerloss;

import dev.berth.e2e.powerloss.Step.Action;
import dev.berth.storage.Bytes;
import dev.berth.storage.FsType;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What users may rely on when the power fails: the steps that were acknowledged, and for each user
 * the one that is under way, which may have happened or not.
 *
 * @param underWay by the name of the volume; users never share one
 */
record Moment(Map<String, Promised> volumes, Map<String, Action> underWay) {
  /** One volume as its user knows it. */
  record Promised(
      FsType type, Bytes size, Duration undelete, Map<String, Byte> files, boolean deleted) {
    Promised {
      files = Map.copyOf(files);
    }

    private Promised after(Action action) {
      return switch (action) {
        case Action.Mounted() -> this;
        case Action.Created _ -> throw new IllegalStateException("made twice");
        case Action.Written(var _, String file, byte fill) -> {
          Map<String, Byte> all = new HashMap<>(files);
          all.put(file, fill);
          yield new Promised(type, size, undelete, all, deleted);
        }
        case Action.Expanded(var _, Bytes to) -> new Promised(type, to, undelete, files, deleted);
        case Action.Deleted _ -> new Promised(type, size, undelete, files, true);
      };
    }
  }

  Moment {
    volumes = Map.copyOf(volumes);
    underWay = Map.copyOf(underWay);
  }

  static final Moment NOTHING = new Moment(Map.of(), Map.of());

  /** When {@code done} has been acknowledged, and {@code later} will be, each in its order. */
  static Moment between(Collection<Step> done, List<Step> later) {
    Map<String, Promised> volumes = new HashMap<>();
    done.forEach(step -> take(step.action(), step.volume(), volumes));
    Map<String, Step> next = new LinkedHashMap<>();
    later.forEach(step -> next.putIfAbsent(step.user(), step));
    Map<String, Action> underWay = new HashMap<>();
    next.values().forEach(step -> underWay.put(step.volume(), step.action()));
    return new Moment(volumes, underWay);
  }

  private static void take(Action action, String volume, Map<String, Promised> volumes) {
    switch (action) {
      case Action.Mounted() -> {}
      case Action.Created c ->
          volumes.put(volume, new Promised(c.type(), c.size(), c.undelete(), Map.of(), false));
      case Action.Written _, Action.Expanded _, Action.Deleted _ ->
          volumes.computeIfPresent(volume, (_, known) -> known.after(action));
    }
  }

  Optional<Promised> promised(String volume) {
    return Optional.ofNullable(volumes.get(volume));
  }

  Optional<Action> underWay(String volume) {
    return Optional.ofNullable(underWay.get(volume));
  }

  /** Acknowledged, and nobody has begun to delete it. */
  boolean mustExist(String volume) {
    return promised(volume).filter(p -> !p.deleted()).isPresent()
        && !(underWay.get(volume) instanceof Action.Deleted);
  }

  /** Deleted, to be had back from the trash. */
  boolean mustBeInTrash(String volume) {
    return promised(volume).filter(p -> p.deleted() && !p.undelete().isZero()).isPresent();
  }

  /** Not a word of it: nobody has begun to make it, or it was deleted. */
  boolean mustNotExist(String volume) {
    return promised(volume)
        .map(Promised::deleted)
        .orElseGet(() -> !(underWay.get(volume) instanceof Action.Created));
  }

  /** Whether a volume of that size can be there now. */
  boolean allows(String volume, Bytes size) {
    if (promised(volume).filter(p -> p.size().equals(size)).isPresent()) {
      return true;
    }
    return switch (underWay.get(volume)) {
      case Action.Created c -> c.size().equals(size);
      case Action.Expanded e -> e.size().equals(size);
      case null -> false;
      case Action.Mounted _, Action.Written _, Action.Deleted _ -> false;
    };
  }
}
