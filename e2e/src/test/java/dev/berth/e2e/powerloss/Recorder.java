package dev.berth.e2e.powerloss;

import dev.berth.e2e.harness.Shell;
import dev.berth.e2e.powerloss.Step.Action;
import dev.berth.storage.Bytes;
import dev.berth.storage.Pools;
import dev.berth.storage.linux.Linux;
import dev.berth.storage.linux.LoopDevice;
import dev.berth.storage.linux.LoopDevices.AttachRequest;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Runs on a kernel with device-mapper: two users work in a pool whose disk is written down by
 * dm-log-writes, together with what they were told and when.
 */
final class Recorder implements AutoCloseable {
  private static final int ROUNDS_OF_ONE_PROCESS = 5;
  private static final Linux LINUX = Linux.real();
  private static final Bytes SECTOR = Bytes.of(512);
  private static final List<String> USERS = List.of("u0", "u1");

  private final String device;
  private final String kind;
  private final Path mountPoint;
  private final LoopDevice disk;
  private final AtomicLong ticks = new AtomicLong();
  private final InstantSource clock = () -> Stand.BEGINNING.plusMillis(ticks.incrementAndGet());

  private Recorder(String kind, Path folder) throws IOException {
    this.device = folder.getFileName().toString();
    this.kind = kind;
    this.mountPoint = Files.createDirectory(folder.resolve("pool"));
    Path file = folder.resolve("disk");
    try (RandomAccessFile made = new RandomAccessFile(file.toFile(), "rw")) {
      made.setLength(Recording.DISK.value());
    }
    disk = LINUX.loops().attach(new AttachRequest(file, device, SECTOR, false, false, false));
  }

  /**
   * Makes recordings: {@code SEED WISH…}, one for each device that {@code VM_DISKS} names, which
   * gets the log.
   */
  public static void main(String[] arguments) throws Exception {
    Random random = new Random(Long.parseLong(arguments[0]));
    String[] logs = System.getenv("VM_DISKS").split(" ", -1);
    for (int i = 1; i < arguments.length; i++) {
      long began = System.nanoTime();
      Recording wish = Recording.parse(arguments[i]);
      Path folder = Files.createTempDirectory("recorder");
      try (Recorder recorder = new Recorder(wish.kind(), folder)) {
        recorder.mount(logs[i - 1]);
        recorder.work(Forgetful.without(LINUX, wish.forgotten()), folder, wish.rounds(), random);
      }
      System.out.printf(
          "%s: recorded in %d s%n", wish, (System.nanoTime() - began) / 1_000_000_000);
    }
  }

  private void mount(String log) {
    long sectors = disk.size().value() / SECTOR.value();
    String table = "0 " + sectors + " log-writes " + disk.path() + " " + log;
    Shell.run("dmsetup", "create", device, "--noudevsync", "--table", table);
    Shell.run("dmsetup", "mknodes", device);
    String node = "/dev/mapper/" + device;
    switch (kind) {
      case "ext4" -> Shell.run("mkfs.ext4", "-q", "-F", "-E", "nodiscard", node);
      case "xfs" -> Shell.run("mkfs.xfs", "-q", "-f", "-K", node);
      default -> throw new IllegalArgumentException("no such kind of pool: " + kind);
    }
    LINUX.mounts().mount(node, mountPoint, kind, Set.of(), "");
    LINUX.files().syncFilesystem(mountPoint);
    note(new Step("disk", new Action.Mounted()));
  }

  private void work(Linux linux, Path folder, int rounds, Random random) throws Exception {
    Map<String, User> users = new LinkedHashMap<>();
    for (String name : USERS) {
      Path own = Files.createDirectory(folder.resolve(name));
      users.put(name, new User(name, linux, own, new Random(random.nextLong()), this::note));
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(users.size());
        ScheduledExecutorService background = Executors.newSingleThreadScheduledExecutor()) {
      for (int done = 0; done < rounds; done += ROUNDS_OF_ONE_PROCESS) {
        int some = Math.min(ROUNDS_OF_ONE_PROCESS, rounds - done);
        try (Pools pools =
            Stand.open(linux, mountPoint, folder.resolve("state"), clock, background)) {
          List<Callable<User>> work = new ArrayList<>();
          users.values().forEach(user -> work.add(() -> several(user, pools, some)));
          for (Future<User> one : threads.invokeAll(work)) {
            one.get();
          }
        }
      }
      background.shutdownNow(); // what waits for its hour in the trash stays there
    }
  }

  private static User several(User user, Pools pools, int rounds) {
    for (int i = 0; i < rounds; i++) {
      user.round(pools);
    }
    return user;
  }

  private void note(Step step) {
    Shell.run("dmsetup", "message", device, "0", "mark", step.mark());
  }

  @Override
  public void close() {
    Shell.ask("umount", mountPoint.toString());
    Shell.ask("dmsetup", "remove", "--noudevsync", device);
    LINUX.loops().detach(disk);
  }
}
