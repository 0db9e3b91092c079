package dev.berth.storage.health;

import dev.berth.storage.Content;
import dev.berth.storage.PoolHealth;
import dev.berth.storage.PoolStatus;
import dev.berth.storage.Pools;
import dev.berth.storage.Volume;
import dev.berth.storage.VolumeException.Damaged;
import dev.berth.storage.VolumeException.NotFound;
import dev.berth.storage.VolumeException.PoolMissing;
import dev.berth.storage.VolumeException.SystemCallFailed;
import dev.berth.storage.VolumeId;
import dev.berth.storage.image.Images;
import dev.berth.storage.linux.Linux;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Looks whether a volume is well: on its disk, and where it is attached and mounted. */
public final class Checkup {
  private final Pools pools;
  private final Images images;
  private final InUse inUse;

  public Checkup(Pools pools, Images images, Linux linux) {
    this.pools = pools;
    this.images = images;
    this.inUse = new InUse(images, linux);
  }

  /**
   * What is wrong with a volume; empty when nothing is known to be.
   *
   * @throws NotFound when there is no such volume, on the disk or attached
   */
  public List<Ailment> look(VolumeId id) {
    try {
      Optional<Volume> volume = pools.find(id);
      return volume.isPresent() ? look(volume.get()) : gone(id);
    } catch (Damaged e) {
      return List.of(new Ailment(Severity.DATA_LOSS, pools.damage(id), message(e)));
    } catch (PoolMissing e) {
      return List.of(new Ailment(Severity.INACCESSIBLE, "PoolMissing", message(e)));
    } catch (SystemCallFailed e) {
      return List.of(new Ailment(Severity.INACCESSIBLE, "DiskFailing", message(e)));
    }
  }

  private List<Ailment> look(Volume volume) {
    return switch (volume.content()) {
      case Content.Filesystem _, Content.Block _ -> inUse.look(volume);
      case Content.Directory _ -> {
        List<String> findings = pools.findings(volume);
        yield findings.isEmpty()
            ? List.of()
            : List.of(new Ailment(Severity.DEGRADED, "LimitNotKept", String.join("; ", findings)));
      }
    };
  }

  /**
   * Every volume that is known, damaged ones and those of pools that went missing too, sorted by
   * the text of their ids.
   */
  public Stream<VolumeId> all() {
    return Stream.of(
            pools.list().stream().map(Volume::id),
            pools.statuses().stream().flatMap(Checkup::damaged),
            pools.lost().stream())
        .flatMap(ids -> ids)
        .distinct()
        .sorted();
  }

  private static Stream<VolumeId> damaged(PoolStatus pool) {
    return switch (pool.health()) {
      case PoolHealth.Ready ready ->
          ready.damaged().stream().map(name -> new VolumeId(ready.id(), name));
      case PoolHealth.Missing _ -> Stream.empty();
    };
  }

  /** Somebody has removed a volume that is attached: what its user writes goes nowhere. */
  private List<Ailment> gone(VolumeId id) {
    return images
        .attached(id)
        .map(
            device ->
                List.of(
                    new Ailment(
                        Severity.DATA_LOSS,
                        "VolumeRemoved",
                        "removed from its pool while attached at %s; copy its data from there"
                            .formatted(device.path()))))
        .orElseThrow(() -> new NotFound("volume " + id + " does not exist"));
  }

  private static String message(RuntimeException e) {
    return String.valueOf(e.getMessage());
  }
}
