package dev.berth.storage;

import static dev.berth.storage.PoolWorkshop.holding;
import static dev.berth.storage.PoolWorkshop.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.storage.image.Images;
import dev.berth.storage.linux.Linux;
import dev.berth.storage.linux.LoopFilesystem;
import dev.berth.storage.linux.LoopFilesystem.Kind;
import dev.berth.storage.linux.recorded.Faults;
import dev.berth.storage.linux.recorded.FaultyLinux;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A freeze outlives its process, so the next one ends it before it does anything else. */
class FrozenAndKilledIT {
  private static final Linux LINUX = Linux.real();
  private static final String FROZEN = "both stand still";

  /**
   * The process that is killed: cuts a group and stops when its first clone is brought up to date.
   */
  static final class Victim {
    private Victim() {}

    public static void main(String[] args) throws Exception {
      Faults stop =
          (call, arguments) -> {
            if (call.equals("reclone")) {
              System.out.println(FROZEN);
              while (true) {
                LockSupport.park();
              }
            }
          };
      cut(Path.of(args[0]), Path.of(args[1]), FaultyLinux.wrap(LINUX, stop));
    }
  }

  private static Pools open(
      Path pool, Path state, Linux linux, ScheduledExecutorService background) {
    return Pools.open(
        List.of(PoolSettings.of(new PoolName("main"), pool, true)),
        linux,
        PoolsContext.of(state, InstantSource.system(), background));
  }

  private static SnapshotGroup cut(Path pool, Path state, Linux linux) {
    try (ScheduledExecutorService background = Executors.newSingleThreadScheduledExecutor();
        Pools pools = open(pool, state, linux, background)) {
      return pools
          .groups()
          .cut(
              new SnapshotGroups.Request(
                  "g",
                  pools.list().stream().map(Volume::id).toList(),
                  Map.of(),
                  CreateRequest.DEFAULT_MAX_FREEZE));
    }
  }

  @Test
  @Timeout(120)
  void a_start_thaws_what_a_killed_process_left_frozen_before_it_does_anything_else(
      @TempDir Path temporary) throws Exception {
    Path directory = temporary.toRealPath();
    Path state = directory.resolve("state");
    try (LoopFilesystem pool = LoopFilesystem.make(LINUX, Kind.XFS, Bytes.ofGiB(1), directory);
        ExecutorService threads = Executors.newCachedThreadPool();
        ScheduledExecutorService background = Executors.newSingleThreadScheduledExecutor()) {
      List<Volume> volumes;
      try (Pools pools = open(pool.path(), state, LINUX, background)) {
        Content ext4 = new Content.Filesystem(FsType.EXT4);
        volumes =
            List.of(
                pools.create(holding(request("a", Bytes.ofMiB(32)), ext4)),
                pools.create(holding(request("b", Bytes.ofMiB(32)), ext4)));
      }
      try (VolumeInUse a = new VolumeInUse(LINUX, new Images(LINUX), volumes.get(0), directory);
          VolumeInUse b = new VolumeInUse(LINUX, new Images(LINUX), volumes.get(1), directory)) {
        try {
          killFrozen(pool.path(), state);
          assertThat(state.resolve("frozen").toFile().list()).hasSize(1);
          Future<Path> first = threads.submit(() -> write(a.path()));
          Future<Path> second = threads.submit(() -> write(b.path()));
          assertThat(isDone(first) || isDone(second)).as("a write to what is frozen").isFalse();
          List<String> calls = new CopyOnWriteArrayList<>();
          Linux watched =
              FaultyLinux.wrap(LINUX, (call, arguments) -> calls.add(call + " " + arguments));
          try (Pools pools = open(pool.path(), state, watched, background)) {
            assertThat(first.get()).exists();
            assertThat(second.get()).exists();
            assertThat(state.resolve("frozen")).isEmptyDirectory();
            int thaw = firstOf(calls, "thaw " + a.path());
            assertThat(calls.subList(0, thaw))
                .allMatch(
                    c ->
                        c.contains("/state/frozen") || c.startsWith("stat " + directory + "/mnt-"));
            assertThat(firstOf(calls, "thaw " + b.path())).isBetween(thaw + 1, thaw + 2);
            assertThat(pools.groups().list()).isEmpty();
            assertThat(pools.snapshots().list()).isEmpty();
            assertThat(pool.path().resolve("groups")).isEmptyDirectory();
            assertThat(pool.path().resolve("snapshots")).isEmptyDirectory();
          }
          assertThat(cut(pool.path(), state, LINUX).members()).hasSize(2);
        } finally {
          LINUX.freezes().thaw(a.path(), a.device().device());
          LINUX.freezes().thaw(b.path(), b.device().device());
        }
      }
    }
  }

  private static int firstOf(List<String> calls, String call) {
    assertThat(calls).contains(call);
    return calls.indexOf(call);
  }

  private static Path write(Path folder) throws IOException {
    return Files.writeString(folder.resolve("file"), "written");
  }

  private static boolean isDone(Future<?> future) throws Exception {
    try {
      future.get(300, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException waiting) {
      return false;
    }
  }

  private static void killFrozen(Path pool, Path state) throws Exception {
    Process victim =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Victim.class.getName(),
                pool.toString(),
                state.toString())
            .redirectErrorStream(true)
            .start();
    StringBuilder said = new StringBuilder();
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(victim.getInputStream(), StandardCharsets.UTF_8))) {
      String line = out.readLine();
      while (line != null && !line.equals(FROZEN)) {
        said.append(line).append('\n');
        line = out.readLine();
      }
      assertThat(line).as("%s", said).isEqualTo(FROZEN);
    } finally {
      victim.destroyForcibly().waitFor();
    }
  }
}
