package dev.berth.e2e.powerloss;

import dev.berth.e2e.powerloss.Moment.Promised;
import dev.berth.e2e.powerloss.Step.Action;
import dev.berth.storage.Bytes;
import dev.berth.storage.PoolHealth;
import dev.berth.storage.Pools;
import dev.berth.storage.SizeRange;
import dev.berth.storage.Volume;
import dev.berth.storage.VolumeException;
import dev.berth.storage.linux.Linux;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Adopts the pool on a disk that lost its power and looks whether everything is there that users
 * rely on, and nothing that nobody asked for.
 */
final class Checker {
  private static final Duration LATER = Duration.ofMinutes(30);

  private final Linux linux;
  private final Path pool;
  private final Path state;
  private final VolumeCheck volumes;
  private final ScheduledExecutorService background;
  private final List<String> violations = new ArrayList<>();

  /**
   * @param pool where the disk is mounted
   * @param state for what a driver remembers of its pools; a folder that is not there yet
   */
  Checker(
      Linux linux,
      Path pool,
      Path state,
      VolumeCheck volumes,
      ScheduledExecutorService background) {
    this.linux = linux;
    this.pool = pool;
    this.state = state;
    this.volumes = volumes;
    this.background = background;
  }

  /** What is wrong; nothing when all is well. */
  List<String> check(Moment moment) {
    try {
      takeFromTrash(moment);
      try (Pools pools =
          Stand.open(linux, pool, state, () -> Stand.BEGINNING.plus(LATER), background)) {
        checkPools(pools, moment);
      }
    } catch (IOException | VolumeException e) {
      violations.add("the pool cannot be opened: " + e);
    }
    return violations;
  }

  private void checkPools(Pools pools, Moment moment) throws IOException {
    switch (pools.statuses().getFirst().health()) {
      case PoolHealth.Ready ready when ready.damaged().isEmpty() -> {}
      case PoolHealth.Ready ready -> violations.add("damaged: " + ready.damaged());
      case PoolHealth.Missing(String why) -> violations.add("missing: " + why);
    }
    Map<String, Volume> found = new HashMap<>();
    pools.list().forEach(volume -> found.put(volume.id().name(), volume));
    moment.volumes().keySet().forEach(name -> presence(name, moment, found.containsKey(name)));
    found.values().forEach(volume -> inspect(volume, moment));
    checkFolders(found, moment);
    moment.underWay().values().forEach(action -> again(action, pools, found));
  }

  /** What was deleted and kept for a while is brought back as docs/pool-format.md says. */
  private void takeFromTrash(Moment moment) throws IOException {
    Path trash = pool.resolve("trash");
    for (String name : moment.volumes().keySet()) {
      if (moment.mustBeInTrash(name)) {
        Optional<Path> kept =
            list(trash).stream()
                .filter(p -> p.getFileName().toString().endsWith("-" + name))
                .findFirst();
        if (kept.isPresent()) {
          Files.move(kept.get(), pool.resolve("volumes").resolve(name));
        } else {
          violations.add(name + " was deleted, to be kept for an hour, and is not in the trash");
        }
      }
    }
  }

  private void presence(String name, Moment moment, boolean there) {
    if (!there && (moment.mustExist(name) || moment.mustBeInTrash(name))) {
      violations.add(name + " was there and is gone");
    }
  }

  private void inspect(Volume volume, Moment moment) {
    String name = volume.id().name();
    if (moment.mustNotExist(name) && !moment.mustBeInTrash(name)) {
      violations.add(name + " is there and should not be");
    }
    if (!moment.allows(name, volume.size())) {
      violations.add(name + " has a size of " + volume.size() + " that nobody gave it");
    }
    Map<String, Byte> files = moment.promised(name).map(Promised::files).orElse(Map.of());
    volumes.check(volume, files).ifPresent(violations::add);
  }

  /** Drafts of the dead are swept, and what was deleted for good leaves the trash. */
  private void checkFolders(Map<String, Volume> found, Moment moment) throws IOException {
    if (list(pool.resolve("drafts")).size() != 1) {
      violations.add("drafts of a dead instance are left");
    }
    List<String> names = names(pool.resolve("volumes"));
    if (!found.keySet().containsAll(names)) {
      violations.add("volumes/ has " + names + " and the list " + found.keySet());
    }
    settle();
    for (String item : names(pool.resolve("trash"))) {
      String name = item.substring(item.indexOf('-') + 1);
      boolean kept =
          moment.promised(name).filter(p -> !p.undelete().isZero()).isPresent()
              || moment.underWay(name).isPresent();
      if (!kept) {
        violations.add(item + " is still in the trash");
      }
    }
  }

  /** Waits until the trash has done what was due. */
  private void settle() {
    try {
      background.submit(() -> {}).get(1, TimeUnit.MINUTES);
    } catch (Exception e) {
      throw new IllegalStateException("the trash is not emptied", e);
    }
  }

  /** The user, who has no answer, asks again. */
  private void again(Action action, Pools pools, Map<String, Volume> found) {
    try {
      switch (action) {
        case Action.Mounted _, Action.Written _ -> {}
        case Action.Created c -> {
          Volume made = pools.create(User.request(c));
          if (!pools.create(User.request(c)).equals(made)) {
            violations.add(c.volume() + " is made twice");
          }
        }
        case Action.Expanded e -> {
          Bytes size = pools.expand(Stand.idOf(pools, e.volume()), SizeRange.of(e.size())).size();
          if (!size.equals(e.size())) {
            violations.add(e.volume() + " is expanded to " + size);
          }
        }
        case Action.Deleted d -> {
          if (found.containsKey(d.volume())) {
            pools.delete(Stand.idOf(pools, d.volume()));
          }
        }
      }
    } catch (VolumeException | IllegalStateException e) {
      violations.add("asked again for " + action + ": " + e);
    }
  }

  private static List<String> names(Path folder) throws IOException {
    return list(folder).stream().map(p -> p.getFileName().toString()).toList();
  }

  private static List<Path> list(Path folder) throws IOException {
    if (Files.notExists(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(folder)) {
      return all.toList();
    }
  }
}
