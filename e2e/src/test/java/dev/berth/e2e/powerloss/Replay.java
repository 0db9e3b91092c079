package dev.berth.e2e.powerloss;

import dev.berth.e2e.harness.Scratch;
import dev.berth.storage.Bytes;
import dev.berth.storage.linux.FileCalls;
import dev.berth.storage.linux.Linux;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import org.awaitility.Awaitility;

/**
 * Lets the power fail after every write of a recording: a clone of the disk as it was then is
 * mounted and checked. Of the writes that lie in its cache a disk may keep any when the power
 * fails, so some other choices of each flush's writes are tried too.
 */
final class Replay implements AutoCloseable {
  /**
   * What came of it.
   *
   * @param boundaries writes after which the power failed
   * @param choices disks that kept only some of the writes in their cache
   * @param steps that were acknowledged
   */
  record Result(int boundaries, int choices, int steps, List<String> violations) {
    Result {
      violations = List.copyOf(violations);
    }
  }

  /** Mounting waits more than it works, so there are more of them than processors. */
  private static final int BENCHES = 8;

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final FileCalls files = Linux.real().files();
  private final WriteLog log;
  private final List<LogEntry> entries;
  private final List<Step> steps;
  private final Path folder;
  private final Path disk;
  private final FileChannel channel;
  private final BlockingQueue<Bench> benches = new LinkedBlockingQueue<>();
  private final ExecutorService checkers = Executors.newFixedThreadPool(BENCHES);
  private final Queue<String> violations = new ConcurrentLinkedQueue<>();
  private int clones;

  /**
   * @param folder a new one, on a filesystem that clones files
   * @param kind of the pool's filesystem
   * @param size of the disk
   */
  Replay(WriteLog log, String kind, Path folder, Bytes size) throws IOException {
    this.log = log;
    this.entries = log.entries();
    this.steps =
        entries.stream().filter(Replay::isStep).map(entry -> Step.parse(entry.mark())).toList();
    this.folder = Files.createDirectory(folder);
    this.disk = folder.resolve("disk");
    try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
      file.setLength(size.value());
    }
    this.channel = FileChannel.open(disk, StandardOpenOption.WRITE);
    for (int i = 0; i < BENCHES; i++) {
      benches.add(new Bench(kind, folder.resolve("bench" + i)));
    }
  }

  /**
   * Replays and checks.
   *
   * @param choices how many other choices of each flush's writes are tried
   * @param enough violations to stop at
   */
  Result run(Random random, int choices, int enough) throws IOException, InterruptedException {
    int done = 0;
    int boundaries = 0;
    int others = 0;
    for (int i = 0; i < entries.size() && violations.size() < enough; i++) {
      LogEntry entry = entries.get(i);
      if (isStep(entry)) {
        done++;
      }
      if (entry.changesTheDisk()) {
        List<LogEntry> group = group(i);
        for (int n = 0; n < choices && done > 0 && group.size() > 1; n++) {
          others++;
          checkSome(group, moment(done), random);
        }
        log.apply(entry, channel);
        if (done > 0) {
          boundaries++;
          check(cloned(), moment(done), "after write " + i + " of " + entries.size());
        }
      }
    }
    finish();
    return new Result(boundaries, others, done, List.copyOf(violations));
  }

  /** A loop device that somebody else kept busy goes a little later than we do. */
  @Override
  public void close() throws IOException {
    try (channel;
        checkers) {
      benches.forEach(Bench::close);
    }
    Awaitility.await("end of the loop devices below " + folder)
        .atMost(PATIENCE)
        .until(() -> Scratch.loopsBelow(folder).isEmpty());
  }

  /** dm-log-writes leaves a mark of its own at the end. */
  private static boolean isStep(LogEntry entry) {
    return entry.isMark() && entry.mark().contains(":");
  }

  private Moment moment(int done) {
    return Moment.between(steps.subList(0, done), steps.subList(done, steps.size()));
  }

  /** The writes that lay in the disk's cache together, if {@code from} is the first of them. */
  private List<LogEntry> group(int from) {
    int to = from;
    while (to < entries.size() && isCached(entries.get(to))) {
      to++;
    }
    boolean first = from == 0 || !isCached(entries.get(from - 1));
    return first ? entries.subList(from, to) : List.of();
  }

  private static boolean isCached(LogEntry entry) {
    return entry.changesTheDisk() && !entry.isForced() && !entry.isFlush();
  }

  private void checkSome(List<LogEntry> group, Moment moment, Random random)
      throws IOException, InterruptedException {
    Path clone = cloned();
    int kept = 0;
    try (FileChannel out = FileChannel.open(clone, StandardOpenOption.WRITE)) {
      for (LogEntry entry : group) {
        if (random.nextBoolean()) {
          kept++;
          log.apply(entry, out);
        }
      }
    }
    LogEntry first = group.getFirst();
    String when =
        "with %d of the %d writes from %d on".formatted(kept, group.size(), entries.indexOf(first));
    check(clone, moment, when);
  }

  private Path cloned() {
    Path clone = folder.resolve("clone" + clones++);
    files.reflink(disk, clone);
    return clone;
  }

  /** Waits for a free bench, so that clones do not pile up. */
  private void check(Path clone, Moment moment, String when) throws InterruptedException {
    Bench bench = benches.take();
    checkers.execute(
        () -> {
          try {
            bench.check(clone, moment).forEach(one -> violations.add(when + ": " + one));
            Files.delete(clone);
          } catch (IOException | RuntimeException e) {
            violations.add(when + ": " + e);
          } finally {
            benches.add(bench);
          }
        });
  }

  private void finish() throws InterruptedException {
    List<Bench> idle = new ArrayList<>();
    for (int i = 0; i < BENCHES; i++) {
      idle.add(benches.take());
    }
    benches.addAll(idle);
  }
}
