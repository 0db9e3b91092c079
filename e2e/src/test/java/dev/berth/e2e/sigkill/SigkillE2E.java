package dev.berth.e2e.sigkill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.e2e.harness.Effort;
import dev.berth.e2e.harness.Scratch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whatever instant the daemon dies at: after the next start nothing is lost, nothing is leaked.
 *
 * <p>{@code -Dberth.rounds=N} sets the number of kills, half of them on each kind of pool; without
 * it, as many as fit in {@link #PATIENCE} for each. {@code -Dberth.seed=N} chooses the same
 * instants and the same steps again.
 */
class SigkillE2E {
  private static final Duration PATIENCE = Duration.ofSeconds(35);
  private static final int USERS = 4;
  private static final long LONGEST_LIFE = 1_500_000_000;

  private record Run(Scratch scratch, Daemon daemon, List<Story> stories, Random random) {}

  @ParameterizedTest(
      name = "a daemon killed at random instants on an {0} pool loses and leaks nothing")
  @CsvSource({"xfs,Immediate", "ext4,WaitForFirstConsumer"})
  void nothing_is_lost_and_nothing_is_leaked(String kind, String bindingMode) throws Exception {
    long seed = Long.getLong("berth.seed", System.nanoTime());
    int rounds = (Effort.of("berth.rounds", 0, 200) + 1) / 2;
    System.out.printf("SIGKILL on %s, %s: seed %d (-Dberth.seed)%n", kind, bindingMode, seed);
    try (Scratch scratch = new Scratch()) {
      Path pool = scratch.filesystem(kind, "pool", 8192).mountPoint();
      Daemon daemon = scratch.own(new Daemon(scratch, pool));
      Random random = new Random(seed);
      Run run = new Run(scratch, daemon, stories(daemon, random), random);
      daemon.awaitAnswer();
      daemon.apply(Objects.storageClass("xfs", bindingMode));
      daemon.apply(Objects.storageClass("ext4", bindingMode));
      long began = System.nanoTime();
      int done = 0;
      while (rounds > 0 ? done < rounds : goesOn(run, System.nanoTime() - began)) {
        // The slower the machine, the longer it takes until there is something to lose.
        round(run, verified(run) == 0 ? (done + 1) * LONGEST_LIFE : LONGEST_LIFE);
        done++;
      }
      endsClean(run);
      System.out.printf(
          "SIGKILL on %s, %s: %d kills in %d s, %d steps, %d files read back: nothing lost, nothing"
              + " leaked%n",
          kind,
          bindingMode,
          done,
          (System.nanoTime() - began) / 1_000_000_000,
          run.stories().stream().mapToInt(Story::steps).sum(),
          verified(run));
      assertThat(verified(run)).as("files that could have been lost").isPositive();
    }
  }

  /** On a busy machine it takes a while until there is anything that could be lost. */
  private static boolean goesOn(Run run, long nanos) {
    return nanos < PATIENCE.toNanos()
        || (verified(run) == 0 && nanos < PATIENCE.multipliedBy(4).toNanos());
  }

  private static int verified(Run run) {
    return run.stories().stream().mapToInt(Story::verified).sum();
  }

  private static List<Story> stories(Daemon daemon, Random random) {
    List<Story> stories = new ArrayList<>();
    for (int i = 0; i < USERS; i++) {
      String fsType = i % 2 == 0 ? "xfs" : "ext4";
      stories.add(new Story("user-" + i, fsType, daemon, new Random(random.nextLong())));
    }
    return stories;
  }

  /** Users live, the daemon dies, and once more while it starts when the dice say so. */
  private static void round(Run run, long longestLife) throws Exception {
    AtomicBoolean enough = new AtomicBoolean();
    try (ExecutorService users = Executors.newFixedThreadPool(USERS)) {
      List<Future<?>> lives = new ArrayList<>();
      for (Story story : run.stories()) {
        lives.add(users.submit(() -> story.live(enough::get)));
      }
      LockSupport.parkNanos(run.random().nextLong(longestLife));
      run.daemon().kill();
      enough.set(true);
      for (Future<?> life : lives) {
        life.get();
      }
    }
    run.daemon().start();
    if (run.random().nextInt(4) == 0) {
      LockSupport.parkNanos(run.random().nextLong(LONGEST_LIFE));
      run.daemon().kill();
      run.daemon().start();
    }
    run.daemon().awaitAnswer();
    settles(run);
  }

  private static void settles(Run run) {
    AtomicReference<List<String>> last = new AtomicReference<>(List.of("no look has ended"));
    try {
      Awaitility.await()
          .atMost(Duration.ofSeconds(90))
          .pollInterval(Duration.ofMillis(50))
          .until(
              () -> {
                last.set(Agreement.problems(run.scratch(), run.daemon(), run.stories()));
                return last.get().isEmpty();
              });
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(
          "after a restart:\n" + String.join("\n", last.get()) + "\n" + run.daemon().state(), e);
    }
  }

  private static void endsClean(Run run) {
    Daemon daemon = run.daemon();
    run.stories().forEach(Story::end);
    settles(run);
    Awaitility.await("the trash is emptied")
        .atMost(Duration.ofSeconds(60))
        .until(() -> Agreement.list(daemon.pool().resolve("trash")).isEmpty());
    assertThat(daemon.list("PersistentVolumeClaim")).isEmpty();
    assertThat(daemon.list("PersistentVolume")).isEmpty();
    assertThat(daemon.list("Pod")).isEmpty();
    assertThat(daemon.pool().resolve("volumes")).isEmptyDirectory();
    assertThat(Agreement.list(daemon.root().resolve("pods"))).as("folders of pods").isEmpty();
    assertThat(Agreement.list(daemon.root().resolve("plugins/kubernetes.io/csi/" + Objects.DRIVER)))
        .as("staging folders")
        .isEmpty();
    assertThat(run.scratch().mounts()).containsExactly(daemon.pool().toString());
    assertThat(Scratch.loopsBelow(daemon.pool())).isEmpty();
    assertThat(daemon.stop()).as("exit code after SIGTERM").isZero();
  }
}
