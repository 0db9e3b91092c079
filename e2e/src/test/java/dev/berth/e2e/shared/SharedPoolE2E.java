package dev.berth.e2e.shared;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.e2e.harness.Effort;
import dev.berth.e2e.harness.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Three processes as three nodes on one pool, killed again and again while volumes are made,
 * published, staged, written, taken over and deleted: an image has one writer, what was written by
 * who held it is there, and nothing is left behind.
 *
 * <p>{@code -Dberth.shared.seconds=N} sets how long four volumes live on each kind of pool, {@code
 * -Dberth.seed=N} chooses the same steps again.
 */
class SharedPoolE2E {
  private static final int VOLUMES = 4;
  private static final long SHORTEST_LIFE = 500_000_000L;
  private static final long LONGEST_LIFE = 5_000_000_000L;

  @ParameterizedTest(name = "three nodes with one {0} pool never have two writers of one image")
  @ValueSource(strings = {"xfs", "ext4"})
  void an_image_has_one_writer(String kind) throws Exception {
    long seed = Long.getLong("berth.seed", System.nanoTime());
    int seconds = Effort.of("berth.shared.seconds", 40, 1200);
    System.out.printf("shared pool on %s: seed %d (-Dberth.seed)%n", kind, seed);
    try (Scratch scratch = Scratch.inMemory()) {
      Path pool = scratch.filesystem(kind, "pool", 1024).mountPoint();
      Fleet fleet = scratch.own(new Fleet(scratch, pool));
      Random random = new Random(seed);
      List<Story> stories = new ArrayList<>();
      for (int i = 0; i < VOLUMES; i++) {
        Path staging = scratch.folder("staging-" + i);
        stories.add(
            new Story(
                fleet, "pvc-" + i, kind.equals("xfs"), staging, new Random(random.nextLong())));
      }
      int kills = live(fleet, stories, seconds, random);
      stories.forEach(Story::end);
      assertThat(Scratch.loopsBelow(pool)).isEmpty();
      assertThat(pool.resolve("volumes")).isEmptyDirectory();
      fleet.close();
      assertThat(files(pool.resolve("drafts"))).as("drafts").isEmpty();
      assertThat(files(pool.resolve("trash"))).as("trash").isEmpty();
      System.out.printf(
          "shared pool on %s: %d steps, %d takeovers, %d kills: one writer, nothing lost, nothing"
              + " leaked%n",
          kind,
          stories.stream().mapToInt(Story::steps).sum(),
          stories.stream().mapToInt(Story::takeovers).sum(),
          kills);
    }
  }

  private static int live(Fleet fleet, List<Story> stories, int seconds, Random random)
      throws Exception {
    AtomicBoolean ended = new AtomicBoolean();
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    int kills = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(VOLUMES)) {
      List<Future<?>> lives = new ArrayList<>();
      for (Story story : stories) {
        lives.add(threads.submit(() -> story.live(ended::get)));
      }
      while (System.nanoTime() < end && lives.stream().noneMatch(Future::isDone)) {
        LockSupport.parkNanos(random.nextLong(SHORTEST_LIFE, LONGEST_LIFE));
        fleet.kill(random.nextInt(Fleet.NODES));
        kills++;
      }
      ended.set(true);
      for (Future<?> life : lives) {
        life.get();
      }
    }
    return kills;
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.toList();
    }
  }
}
