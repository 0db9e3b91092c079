package dev.berth.e2e.powerloss;

import dev.berth.storage.Bytes;
import dev.berth.storage.VolumeException;
import dev.berth.storage.linux.Linux;
import dev.berth.storage.linux.LoopDevice;
import dev.berth.storage.linux.LoopDevices.AttachRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** Where one disk after the other is switched on again and looked at. */
final class Bench implements AutoCloseable {
  private static final Linux LINUX = Linux.real();
  private static final Bytes SECTOR = Bytes.of(512);

  private final String kind;
  private final Path folder;
  private final Path pool;
  private final VolumeCheck volumes;
  private final ScheduledExecutorService background = Executors.newSingleThreadScheduledExecutor();
  private int disks;

  /**
   * @param kind of the filesystem on the disks
   */
  Bench(String kind, Path folder) throws IOException {
    this.kind = kind;
    this.folder = Files.createDirectory(folder);
    this.pool = Files.createDirectory(folder.resolve("pool"));
    this.volumes = new VolumeCheck(LINUX, Files.createDirectory(folder.resolve("volume")));
  }

  /** Switches a disk on and says what is wrong with it; nothing when all is well. */
  List<String> check(Path disk, Moment moment) {
    LoopDevice device =
        LINUX
            .loops()
            .attach(new AttachRequest(disk, "berth-powerloss", SECTOR, false, false, false));
    try (Mounted _ = Mounted.mount(LINUX, device, kind, pool)) {
      Path state = folder.resolve("state" + disks++);
      return new Checker(LINUX, pool, state, volumes, background).check(moment);
    } catch (VolumeException e) {
      return List.of("the disk cannot be mounted: " + e.getMessage());
    }
  }

  @Override
  public void close() {
    background.shutdownNow();
  }
}
