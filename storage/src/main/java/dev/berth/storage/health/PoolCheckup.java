package dev.berth.storage.health;

import dev.berth.storage.PoolHealth;
import dev.berth.storage.PoolStatus;
import dev.berth.storage.Pools;
import dev.berth.storage.VolumeException.SystemCallFailed;
import dev.berth.storage.linux.DeviceNumber;
import dev.berth.storage.linux.Linux;
import dev.berth.storage.linux.StatFs;
import java.util.ArrayList;
import java.util.List;

/** Looks whether pools are well. */
public final class PoolCheckup {
  /** A filesystem with less than this part of it free is nearly full: one in twenty. */
  private static final long SCARCE = 20;

  private final Pools pools;
  private final Linux linux;

  public PoolCheckup(Pools pools, Linux linux) {
    this.pools = pools;
    this.linux = linux;
  }

  /** What is wrong with the pools, in the order of the settings; empty when all is well. */
  public List<PoolAilment> look() {
    return pools.statuses().stream().flatMap(pool -> look(pool).stream()).toList();
  }

  private List<PoolAilment> look(PoolStatus pool) {
    return switch (pool.health()) {
      case PoolHealth.Missing(String why) ->
          List.of(new PoolAilment(pool.name(), true, "PoolMissing", why));
      case PoolHealth.Ready _ -> filesystem(pool);
    };
  }

  private List<PoolAilment> filesystem(PoolStatus pool) {
    try {
      List<PoolAilment> all = new ArrayList<>();
      if (isReadOnly(pool)) {
        all.add(
            new PoolAilment(
                pool.name(),
                false,
                "PoolReadOnly",
                "pool %s at %s is on a filesystem that became read-only"
                    .formatted(pool.name(), pool.directory())));
      }
      room(pool, linux.files().statfs(pool.directory()), all);
      return all;
    } catch (SystemCallFailed e) {
      return List.of(
          new PoolAilment(
              pool.name(),
              true,
              "PoolFailing",
              "pool %s cannot be read: %s".formatted(pool.name(), e.getMessage())));
    }
  }

  private boolean isReadOnly(PoolStatus pool) {
    DeviceNumber filesystem = linux.files().identity(pool.directory()).device();
    return linux.mounts().table().ofDevice(filesystem).stream()
        .anyMatch(
            mount ->
                mount.superOptions().contains("ro")
                    || mount.superOptions().contains("emergency_ro"));
  }

  private static void room(PoolStatus pool, StatFs fs, List<PoolAilment> all) {
    if (fs.available().value() < fs.size().value() / SCARCE) {
      all.add(
          new PoolAilment(
              pool.name(),
              false,
              "PoolNearlyFull",
              "pool %s has %s free of %s; delete volumes or enlarge it"
                  .formatted(pool.name(), fs.available(), fs.size())));
    }
    if (fs.files() > 0 && fs.filesFree() < fs.files() / SCARCE) {
      all.add(
          new PoolAilment(
              pool.name(),
              false,
              "PoolShortOfInodes",
              "pool %s has %d inodes free of %d; delete volumes or enlarge it"
                  .formatted(pool.name(), fs.filesFree(), fs.files())));
    }
  }
}
