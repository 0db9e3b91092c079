package dev.berth.bench;

import dev.berth.storage.Bytes;
import dev.berth.storage.linux.Linux;
import dev.berth.storage.linux.LoopDevice;
import dev.berth.storage.linux.LoopDevices.AttachRequest;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** A filesystem of its own in a sparse file, mounted until this is closed. */
final class ScratchFilesystem implements AutoCloseable {
  private final Linux linux;
  private final LoopDevice device;
  private final Path place;

  private ScratchFilesystem(Linux linux, LoopDevice device, Path place) {
    this.linux = linux;
    this.device = device;
    this.place = place;
  }

  static ScratchFilesystem xfs(Workbench bench, Linux linux, Bytes size) throws IOException {
    Path image = bench.path("pool.image");
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(size.value());
    }
    bench.run(List.of("mkfs.xfs", "-q", "-f", "-s", "size=4096", "--", image.toString()));
    LoopDevice device =
        linux
            .loops()
            .attach(new AttachRequest(image, "berth-bench", Bytes.ofKiB(4), false, true, true));
    Path place = bench.folder("pool-of-snapshots");
    try {
      linux.mounts().mount(device.path().toString(), place, "xfs", Set.of(), "nouuid");
    } catch (RuntimeException e) {
      linux.loops().detach(device);
      throw e;
    }
    return new ScratchFilesystem(linux, device, place);
  }

  Path place() {
    return place;
  }

  @Override
  public void close() {
    linux.mounts().unmount(place, Set.of());
    linux.loops().detach(device);
  }
}
