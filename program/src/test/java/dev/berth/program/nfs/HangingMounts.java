package dev.berth.program.nfs;

import dev.berth.storage.VolumeException.SystemCallFailed;
import dev.berth.storage.linux.DeviceNumber;
import dev.berth.storage.linux.MountEntry;
import dev.berth.storage.linux.MountFlag;
import dev.berth.storage.linux.MountTable;
import dev.berth.storage.linux.Mounts;
import dev.berth.storage.linux.Propagation;
import dev.berth.storage.linux.UnmountFlag;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;

/** A kernel whose calls hang until they are released, or are refused. Safe for threads. */
final class HangingMounts implements Mounts {
  private final List<String> calls = new ArrayList<>();
  private final List<MountEntry> entries = new ArrayList<>();
  private final Map<String, Queue<String>> refusals = new HashMap<>();
  private final CountDownLatch released = new CountDownLatch(1);
  private String hanging = "";

  /** The next plain calls of this name hang until {@link #release}. */
  synchronized void hang(String call) {
    hanging = call;
  }

  void release() {
    released.countDown();
  }

  synchronized void refuse(String call, String errno, int times) {
    for (int i = 0; i < times; i++) {
      refusals.computeIfAbsent(call, _ -> new ArrayDeque<>()).add(errno);
    }
  }

  synchronized List<String> calls() {
    return List.copyOf(calls);
  }

  void awaitMounted(Path target) {
    Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> table().at(target).isPresent());
  }

  private void enter(String name, String words, boolean hangs) {
    boolean waits;
    synchronized (this) {
      calls.add(name + " " + words);
      String errno = refusals.getOrDefault(name, new ArrayDeque<>()).poll();
      if (errno != null) {
        throw new SystemCallFailed(name, "it", errno, "told to");
      }
      waits = hangs && hanging.equals(name);
    }
    if (waits) {
      try {
        released.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void mount(String source, Path target, String fsType, Set<MountFlag> flags, String data) {
    enter(
        "mount",
        source + " on " + target + " type " + fsType + " " + new TreeSet<>(flags) + " " + data,
        true);
    synchronized (this) {
      entries.add(
          new MountEntry(
              entries.size() + 1,
              0,
              new DeviceNumber(0, 7),
              "/",
              target,
              Set.of("rw"),
              List.of(),
              fsType,
              source,
              Set.of(data.split(",", -1))));
    }
  }

  @Override
  public void bind(Path source, Path target, Set<MountFlag> flags) {
    throw new UnsupportedOperationException("nobody binds here");
  }

  @Override
  public void propagation(Path target, Propagation propagation) {
    throw new UnsupportedOperationException("nobody asks here");
  }

  @Override
  public void unmount(Path target, Set<UnmountFlag> flags) {
    enter("unmount", target + " " + new TreeSet<>(flags), flags.isEmpty());
    synchronized (this) {
      entries.removeIf(entry -> entry.mountPoint().equals(target));
    }
  }

  @Override
  public synchronized MountTable table() {
    return new MountTable(entries);
  }

  @Override
  public Watch watch(Runnable onChange) {
    return () -> {};
  }
}
