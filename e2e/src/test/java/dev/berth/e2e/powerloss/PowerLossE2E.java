package dev.berth.e2e.powerloss;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.e2e.harness.Effort;
import dev.berth.e2e.harness.Repository;
import dev.berth.e2e.harness.Scratch;
import dev.berth.e2e.harness.Shell;
import dev.berth.e2e.powerloss.Replay.Result;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The power fails after every single write to a pool's disk, and what was acknowledged before is
 * there, whole. The writes are recorded on a kernel that has dm-log-writes, in the guest of {@code
 * ./dev vm}; the disks are mounted and checked here.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PowerLossE2E {
  private static final int ROUNDS = Effort.of("berth.powerloss.rounds", 2, 40);
  private static final int CHOICES = Effort.of("berth.powerloss.choices", 1, 2);
  private static final int FEW = 2;
  private static final int ENOUGH = 5;
  private static final Duration RECORDING = Duration.ofMinutes(5L + ROUNDS);
  private static final long LOG = 4L << 30;

  /** What the recorder needs on its class path. */
  private static final Pattern NEEDED =
      Pattern.compile(
          "/(e2e|storage)/target/|/(jnr|jffi|asm|jackson|slf4j|logback|jspecify|awaitility)");

  private final long seed = Long.getLong("berth.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final Map<String, Path> logs = new LinkedHashMap<>();
  private Scratch scratch;
  private Path safe;

  /** All in one run of the guest, which takes a while to start. */
  @BeforeAll
  void record() throws IOException {
    Path vm = Repository.root().resolve("e2e/src/vm/vm.sh");
    String whyNot = Shell.run(vm.toString(), "why-not").strip();
    Assumptions.assumeTrue(whyNot.isEmpty(), () -> "no kernel with dm-log-writes: " + whyNot);
    scratch = Scratch.inMemory();
    safe = scratch.filesystem("xfs", "safe", 24576).mountPoint();
    System.out.printf("power loss: seed %d (-Dberth.seed), %d rounds%n", seed, ROUNDS);
    List<String> command = new ArrayList<>(List.of(vm.toString(), "run"));
    command.addAll(List.of("--deadline", Long.toString(RECORDING.toSeconds())));
    List<String> wishes = new ArrayList<>();
    for (Recording wish :
        List.of(
            new Recording("ext4", ROUNDS, ""),
            new Recording("xfs", 2 * ROUNDS, ""),
            new Recording("ext4", FEW, "volume.json"),
            new Recording("xfs", FEW, "volume.json"))) {
      String name = wish.kind() + wish.forgotten();
      Path log = scratch.root().resolve(name + ".log");
      try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "rw")) {
        file.setLength(LOG);
      }
      logs.put(name, log);
      wishes.add(wish.word());
      command.addAll(List.of("--disk", log.toString()));
    }
    command.addAll(recorder(wishes));
    Shell.Answer answer = Shell.ask(RECORDING.plusMinutes(3), command.toArray(String[]::new));
    System.out.print(answer.output());
    assertThat(answer.exit()).as(answer.output()).isZero();
  }

  @AfterAll
  void clean() {
    if (scratch != null) {
      scratch.close();
    }
  }

  @ParameterizedTest(
      name = "a pool on {0} keeps what was acknowledged, whichever write was the last")
  @ValueSource(strings = {"ext4", "xfs"})
  void what_was_acknowledged_survives_whichever_write_was_the_last(String kind) throws Exception {
    Result result = replay(kind, kind, ENOUGH);
    assertThat(result.violations()).isEmpty();
    assertThat(result.boundaries()).isGreaterThan(50 * ROUNDS);
  }

  @ParameterizedTest(name = "a forgotten fsync of {1} is found on {0}")
  @CsvSource({"ext4,volume.json", "xfs,volume.json"})
  void a_forgotten_fsync_is_found(String kind, String forgotten) throws Exception {
    Result result = replay(kind, kind + forgotten, 1);
    assertThat(result.violations()).isNotEmpty();
  }

  private Result replay(String kind, String name, int enough) throws Exception {
    long began = System.nanoTime();
    Path log = Objects.requireNonNull(logs.get(name), name);
    try (WriteLog writes = WriteLog.open(log);
        Replay replay = new Replay(writes, kind, safe.resolve(name), Recording.DISK)) {
      Result result = replay.run(random, CHOICES, enough);
      System.out.printf(
          "power loss on %s: %d write boundaries replayed and checked, %d other choices of what"
              + " the cache kept, %d violations (%d acknowledged steps, %d s)%n",
          name,
          result.boundaries(),
          result.choices(),
          result.violations().size(),
          result.steps(),
          Duration.ofNanos(System.nanoTime() - began).toSeconds());
      result.violations().forEach(one -> System.out.println("  " + one));
      return result;
    }
  }

  private List<String> recorder(List<String> wishes) {
    List<String> path =
        Stream.of(System.getProperty("java.class.path").split(":", -1))
            .filter(entry -> NEEDED.matcher(entry + "/").find())
            .toList();
    List<String> command = new ArrayList<>();
    path.forEach(entry -> command.addAll(List.of("--in", entry)));
    command.addAll(
        List.of(
            "--",
            "java",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xshare:auto",
            "-Djava.io.tmpdir=/var/tmp",
            "-cp",
            String.join(":", path),
            Recorder.class.getName(),
            Long.toString(seed)));
    command.addAll(wishes);
    return command;
  }
}
