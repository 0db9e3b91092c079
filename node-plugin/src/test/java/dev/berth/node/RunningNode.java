package dev.berth.node;

import dev.berth.csi.server.DriverSettings;
import dev.berth.csi.server.InProcessServer;
import dev.berth.csi.server.work.OneAtATime;
import dev.berth.csi.server.work.VolumeKey;
import dev.berth.csi.v1.NodeGrpc;
import dev.berth.node.ephemeral.EphemeralSettings;
import dev.berth.node.ephemeral.EphemeralVolumes;
import dev.berth.storage.Allocation;
import dev.berth.storage.Bytes;
import dev.berth.storage.Claim;
import dev.berth.storage.Content;
import dev.berth.storage.CreateRequest;
import dev.berth.storage.PoolName;
import dev.berth.storage.PoolSettings;
import dev.berth.storage.Pools;
import dev.berth.storage.PoolsContext;
import dev.berth.storage.SizeRange;
import dev.berth.storage.Snapshot;
import dev.berth.storage.Volume;
import dev.berth.storage.image.Images;
import dev.berth.storage.linux.Linux;
import dev.berth.storage.linux.LoopDevice;
import dev.berth.storage.linux.MountEntry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;

/**
 * The Node service of node {@code node-1} over the real kernel, with one pool below a directory of
 * its own; closing takes away whatever a test has left mounted or attached there.
 */
final class RunningNode implements AutoCloseable {
  private static final int THREADS = 4;
  private final ScheduledExecutorService background = Executors.newScheduledThreadPool(1);
  private final OneAtATime<VolumeKey> work = new OneAtATime<>(THREADS, 100, Duration.ofMinutes(1));
  private final Set<String> created = new HashSet<>();
  private final Path dir;
  private final Linux linux;
  private Pools pools;
  private InProcessServer server;

  RunningNode(Path dir) throws IOException {
    this(dir, linux -> linux);
  }

  /** With a kernel that {@code faults} makes of the real one. */
  RunningNode(Path dir, UnaryOperator<Linux> faults) throws IOException {
    this.dir = dir.toRealPath();
    this.linux = faults.apply(Linux.real());
    Files.createDirectory(this.dir.resolve("pool"));
    pools = open();
    server = serve();
  }

  private Pools open() {
    return Pools.open(
        List.of(
            PoolSettings.of(new PoolName("disk"), dir.resolve("pool"), true)
                .withSize(Bytes.ofGiB(2))),
        linux,
        PoolsContext.of(dir.resolve("state"), Clock.systemUTC(), background));
  }

  private InProcessServer serve() {
    Images images = new Images(linux);
    EphemeralVolumes ephemeral =
        NodePlugin.ephemeral(EphemeralSettings.upTo(Bytes.ofMiB(512)), pools, images, linux);
    ephemeral.sweep(work);
    return InProcessServer.start(
        NodePlugin.services(
            new DriverSettings("local.berth.dev", "node-1", "0.1.0"),
            pools,
            images,
            linux,
            work,
            ephemeral));
  }

  /**
   * As another process would find things: nothing is remembered but what is on disk and mounted.
   */
  void restart() {
    server.close();
    pools.close();
    pools = open();
    server = serve();
  }

  NodeGrpc.NodeBlockingStub csi() {
    return NodeGrpc.newBlockingStub(server.channel());
  }

  Volume create(String name, Bytes size, Content content) {
    return create(name, size, content, Optional.empty());
  }

  Volume create(String name, Bytes size, Content content, Optional<Claim> claim) {
    Volume volume =
        pools.create(
            new CreateRequest(
                name,
                SizeRange.of(size),
                content,
                Allocation.THIN,
                Optional.empty(),
                Duration.ZERO,
                Map.of(),
                claim));
    created.add(volume.id().toString());
    return volume;
  }

  /** All volumes of the pool. */
  List<Volume> volumes() {
    return pools.list();
  }

  /** The volume as its pool has it now. */
  Volume stored(Volume volume) {
    return pools.get(volume.id());
  }

  Snapshot cut(String name, Volume volume) {
    return pools.snapshots().cut(name, volume.id());
  }

  Snapshot stored(Snapshot snapshot) {
    return pools.snapshots().get(snapshot.id());
  }

  Volume expand(Volume volume, Bytes size) {
    return pools.expand(volume.id(), SizeRange.of(size));
  }

  Path folder(String name) {
    try {
      return Files.createDirectories(dir.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path path(String name) {
    return dir.resolve(name);
  }

  /** Keeps every thread that works on volumes busy; returns when all are. */
  void keepBusyUntil(CountDownLatch end) throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(THREADS);
    for (int i = 0; i < THREADS; i++) {
      VolumeKey key = new VolumeKey.Name("busy-" + i);
      var _ =
          Thread.startVirtualThread(
              () ->
                  work.run(
                      key,
                      () -> {
                        begun.countDown();
                        Awaitility.await().until(() -> end.getCount() == 0);
                      }));
    }
    begun.await();
  }

  /** What is mounted below our directory. */
  List<MountEntry> mounts() {
    return linux.mounts().table().below(dir);
  }

  /** As the end of a machine does. */
  void unmount(Path place) {
    linux.mounts().unmount(place, Set.of());
  }

  Optional<MountEntry> mountAt(Path place) {
    return linux.mounts().table().at(place);
  }

  /** The loop devices of our volumes, also of those that a test has destroyed. */
  List<LoopDevice> loops() {
    pools.list().forEach(volume -> created.add(volume.id().toString()));
    return linux.loops().list().stream().filter(d -> created.contains(d.name())).toList();
  }

  @Override
  public void close() {
    server.close();
    work.close();
    for (MountEntry mount : mounts().reversed()) {
      linux.mounts().unmount(mount.mountPoint(), Set.of());
    }
    loops().forEach(linux.loops()::detach);
    pools.close();
    background.shutdownNow();
  }
}
