package dev.berth.bench;

import dev.berth.storage.Allocation;
import dev.berth.storage.Bytes;
import dev.berth.storage.Content;
import dev.berth.storage.CreateRequest;
import dev.berth.storage.FsType;
import dev.berth.storage.PoolName;
import dev.berth.storage.PoolSettings;
import dev.berth.storage.Pools;
import dev.berth.storage.PoolsContext;
import dev.berth.storage.SizeRange;
import dev.berth.storage.Snapshot;
import dev.berth.storage.SnapshotGroup;
import dev.berth.storage.SnapshotGroups;
import dev.berth.storage.Volume;
import dev.berth.storage.image.Images;
import dev.berth.storage.linux.Linux;
import dev.berth.storage.linux.recorded.FaultyLinux;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Snapshots on an xfs pool: whether size matters, what an extent costs, for how long a writer is
 * held up, and for how long a group stands still.
 */
final class SnapshotsBench {
  private static final Bytes LARGE = Bytes.ofGiB(10);
  private static final Bytes SMALL = Bytes.ofMiB(100);
  private static final int EQUAL_EXTENTS = 1_000;
  private static final int[] EXTENTS = {100, 1_000, 5_000, 20_000, 150_000};
  private static final int CUTS = 9;
  private static final int GROUPS = 50;
  private static final int BLOCK = 4096;

  private final Workbench bench;
  private final PrintStream out;
  private final Linux linux = Linux.real();
  private final Images images = new Images(linux);
  private final AtomicLong froze = new AtomicLong();
  private final AtomicLong thawed = new AtomicLong();

  SnapshotsBench(Workbench bench, PrintStream out) {
    this.bench = bench;
    this.out = out;
  }

  void run() throws IOException {
    try (ScheduledExecutorService background = Executors.newSingleThreadScheduledExecutor();
        ScratchFilesystem disk = ScratchFilesystem.xfs(bench, linux, Bytes.ofGiB(40));
        Pools pools =
            Pools.open(
                List.of(PoolSettings.of(new PoolName("bench"), disk.place(), true)),
                FaultyLinux.wrap(linux, this::watch),
                PoolsContext.of(bench.folder("state"), Clock.systemUTC(), background))) {
      size(pools);
      out.printf(
          "%n%-22s %9s %12s %14s %16s%n",
          "10 GiB, raw, in use", "extents", "cut p50 ms", "us an extent", "longest write ms");
      for (int extents : EXTENTS) {
        extents(pools, extents, "");
      }
      for (int extents : EXTENTS) {
        extents(pools, extents, "64k");
      }
      group(pools);
    }
  }

  private void watch(String call, String arguments) {
    switch (call) {
      case "freeze" -> froze.compareAndSet(0, System.nanoTime());
      case "thaw" -> thawed.set(System.nanoTime());
      default -> {}
    }
  }

  private void size(Pools pools) throws IOException {
    double small = cut(pools, scattered(pools, "small", SMALL, EQUAL_EXTENTS, ""));
    double large = cut(pools, scattered(pools, "large", LARGE, EQUAL_EXTENTS, ""));
    out.printf(
        "%n%,d extents each: 100 MiB %.2f ms, 10 GiB %.2f ms, ratio %.2f   budget 1.50%n",
        EQUAL_EXTENTS, small, large, large / small);
  }

  private void extents(Pools pools, int extents, String hint) throws IOException {
    Volume volume = scattered(pools, "e" + extents + "-" + hint + "x", LARGE, extents, hint);
    Samples cuts = new Samples();
    double longest = 0;
    Path device = images.attach(volume).device().path();
    try (Stalls writer = new Stalls(device)) {
      var _ = writer.longest();
      for (int i = 0; i < CUTS; i++) {
        Snapshot made = timed(pools, volume, cuts, i);
        longest = Math.max(longest, writer.longest());
        pools.snapshots().delete(made.id());
        var _ = writer.longest();
      }
    } finally {
      images.detach(volume);
    }
    double p50 = cuts.percentile("cut", 50);
    out.printf(
        "%-22s %,9d %12.2f %14.2f %16.2f%n",
        hint.isEmpty() ? "no extent-size hint" : "hint of " + hint,
        extents,
        p50,
        p50 * 1000 / extents,
        longest);
    pools.delete(volume.id());
  }

  private void group(Pools pools) throws IOException {
    List<Volume> volumes = new ArrayList<>();
    List<Path> places = new ArrayList<>();
    for (String name : List.of("a", "b", "c")) {
      volumes.add(pools.create(request(name, Bytes.ofGiB(1), new Content.Filesystem(FsType.EXT4))));
    }
    try {
      for (Volume volume : volumes) {
        Path place = bench.folder("mnt-" + volume.id().name());
        Path device = images.attach(volume).device().path();
        linux.mounts().mount(device.toString(), place, "ext4", Set.of(), "");
        places.add(place);
        scatter(place.resolve("data"), Bytes.ofMiB(512), 4_000);
      }
      groups(pools, volumes, places.getFirst());
    } finally {
      places.forEach(place -> linux.mounts().unmount(place, Set.of()));
      volumes.forEach(images::detach);
    }
  }

  private void groups(Pools pools, List<Volume> volumes, Path written) {
    Samples samples = new Samples();
    double longest = 0;
    try (Stalls writer = new Stalls(written.resolve("written"))) {
      for (int i = 0; i < GROUPS; i++) {
        froze.set(0);
        var _ = writer.longest();
        SnapshotGroup group =
            pools
                .groups()
                .cut(
                    new SnapshotGroups.Request(
                        "g" + i,
                        volumes.stream().map(Volume::id).toList(),
                        Map.of(),
                        Duration.ofSeconds(2)));
        samples.add("frozen", thawed.get() - froze.get());
        longest = Math.max(longest, writer.longest());
        pools
            .groups()
            .delete(group.id(), group.members().stream().map(s -> s.id().toString()).toList());
      }
    }
    out.printf(
        "%ngroup of 3 ext4 volumes, about 4,000 extents each, %d times: frozen p50 %.2f ms, p99 %.2f ms, longest write %.2f ms   budget p99 50 ms%n",
        GROUPS, samples.percentile("frozen", 50), samples.percentile("frozen", 99), longest);
  }

  private static double cut(Pools pools, Volume volume) {
    Samples cuts = new Samples();
    for (int i = 0; i < CUTS; i++) {
      pools.snapshots().delete(timed(pools, volume, cuts, i).id());
    }
    return cuts.percentile("cut", 50);
  }

  private static Snapshot timed(Pools pools, Volume volume, Samples cuts, int n) {
    long began = System.nanoTime();
    Snapshot made = pools.snapshots().cut(volume.id().name() + n, volume.id());
    cuts.add("cut", System.nanoTime() - began);
    return made;
  }

  private Volume scattered(Pools pools, String name, Bytes size, int extents, String hint)
      throws IOException {
    Volume volume = pools.create(request(name, size, new Content.Block(Bytes.ofKiB(4))));
    if (!hint.isEmpty()) {
      bench.run(List.of("xfs_io", "-c", "extsize " + hint, volume.image().toString()));
    }
    scatter(volume.image(), size, extents);
    return volume;
  }

  private static void scatter(Path file, Bytes size, int extents) throws IOException {
    long stride = size.value() / extents / BLOCK * BLOCK;
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
      for (int i = 0; i < extents; i++) {
        channel.write(ByteBuffer.wrap(new byte[BLOCK]).put(0, (byte) 1), i * stride);
      }
      channel.force(true);
    }
  }

  private static CreateRequest request(String name, Bytes size, Content content) {
    return new CreateRequest(
        name,
        SizeRange.of(size),
        content,
        Allocation.THIN,
        Optional.empty(),
        Duration.ZERO,
        Map.of(),
        Optional.empty());
  }
}
