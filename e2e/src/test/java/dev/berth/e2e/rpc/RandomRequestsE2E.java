package dev.berth.e2e.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import dev.berth.e2e.harness.Effort;
import dev.berth.e2e.harness.Scratch;
import io.grpc.MethodDescriptor;
import io.grpc.Status.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** See the package. The seed of a run that failed is in its message: {@code -Dberth.seed=N}. */
class RandomRequestsE2E {
  /** If none of these ever came about, the rest would say little. */
  private static final String[] WORKED = {
    "OK CreateVolume",
    "OK NodeStageVolume",
    "OK NodePublishVolume",
    "OK CreateSnapshot",
    "OK NodeGetVolumeHealth"
  };

  private static final Set<Code> NEVER = Set.of(Code.UNKNOWN, Code.INTERNAL);

  @ParameterizedTest(name = "random requests to a driver on an {0} pool")
  @CsvSource({"ext4", "xfs"})
  void random_requests_find_no_bug_and_leave_nothing_behind(String kind) throws IOException {
    long seed = Long.getLong("berth.seed", new Random().nextLong());
    int requests = Effort.of("berth.fuzz.requests", 20_000, 500_000) / 2;
    try (Scratch scratch = new Scratch();
        LogWatch log = LogWatch.begin()) {
      System.out.printf("random requests on %s begin, seed %d%n", kind, seed);
      Path pool = scratch.filesystem(kind, "disk", 8192).mountPoint();
      Path places = places(scratch);
      String outside = Outside.of(places.resolve("outside"));
      Map<String, Integer> codes;
      try (Driver driver = new Driver(pool, scratch.folder("state"))) {
        Known known = new Known();
        codes = talk(driver, known, places, new Random(seed), requests);
        new Aftermath(driver.channel(), places).takeAllAway();
      }
      System.out.printf("%d random requests on %s, seed %d: %s%n", requests, kind, seed, codes);
      assertThat(codes).as("requests that are nearly valid, seed %d", seed).containsKeys(WORKED);
      assertThat(log.secrets()).as("seed %d", seed).isEmpty();
      assertThat(log.bugs()).as("seed %d", seed).isEmpty();
      assertThat(Outside.of(places.resolve("outside"))).as("seed %d", seed).isEqualTo(outside);
      assertThat(scratch.mounts()).as("seed %d", seed).containsExactly(pool.toString());
      assertThat(Scratch.loopsBelow(pool)).as("seed %d", seed).isEmpty();
      for (String folder : new String[] {"volumes", "snapshots", "groups"}) {
        assertThat(pool.resolve(folder)).as("seed %d", seed).isEmptyDirectory();
      }
      assertThat(places.resolve("targets")).as("seed %d", seed).isEmptyDirectory();
    }
  }

  private static Path places(Scratch scratch) throws IOException {
    Path places = scratch.folder("places");
    for (int i = 0; i < RandomMessages.PLACES; i++) {
      Files.createDirectory(places.resolve("staging-" + i));
    }
    Files.createDirectory(places.resolve("targets"));
    Path outside = Files.createDirectory(places.resolve("outside"));
    Files.writeString(outside.resolve("file"), "not yours");
    Files.createSymbolicLink(outside.resolve("link"), outside.resolve("file"));
    return places;
  }

  private static Map<String, Integer> talk(
      Driver driver, Known known, Path places, Random random, int requests) {
    RandomMessages messages = new RandomMessages(random, known, places);
    Methods methods = new Methods(driver.methods(), random);
    Map<String, Integer> codes = new TreeMap<>();
    for (int i = 0; i < requests; i++) {
      MethodDescriptor<Message, Message> method = methods.next();
      Message request = messages.fill(Methods.request(method));
      Answer answer = Answer.of(driver.channel(), method, request);
      answer.messages().forEach(known::learn);
      codes.merge(answer.code().name(), 1, Integer::sum);
      if (answer.code() == Code.OK) {
        codes.merge("OK " + method.getBareMethodName(), 1, Integer::sum);
      }
      assertThat(answer.code())
          .as(
              "request %d, %s {%s}: %s",
              i,
              method.getBareMethodName(),
              TextFormat.printer().emittingSingleLine(true).printToString(request),
              answer.why())
          .isNotIn(NEVER);
      assertThat(answer.why()).doesNotContain(RandomMessages.SECRET);
    }
    return codes;
  }
}
