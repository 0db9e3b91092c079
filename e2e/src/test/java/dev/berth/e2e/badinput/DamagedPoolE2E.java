package dev.berth.e2e.badinput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.berth.csi.v1.GetCapacityRequest;
import dev.berth.e2e.harness.BerthProcess;
import dev.berth.e2e.harness.CsiClient;
import dev.berth.e2e.harness.Shell;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Pools that cannot be opened: a mistake of the operator ends the driver with words; a pool that
 * was there before is missing, which the driver survives. Neither changes anything on the disk.
 */
@ExtendWith(Tallied.class)
class DamagedPoolE2E {
  private static PreparedPool pool;

  /** What is done to the pool, the pool's options, and the words of the answer. */
  record Row(String what, Spoil spoil, List<String> words) {
    interface Spoil {
      void run() throws IOException;
    }

    static Row of(String what, Spoil spoil, String... words) {
      return new Row(what, spoil, List.of(words));
    }

    @Override
    public String toString() {
      return what;
    }
  }

  @BeforeAll
  static void prepare() {
    pool = new PreparedPool();
  }

  @AfterAll
  static void clean() {
    pool.close();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mistakes")
  void ends_the_driver_with_words(Row row, Tally tally) throws IOException {
    pool.reset();
    row.spoil().run();
    Fingerprint before = Fingerprint.of(pool.folder());
    Shell.Answer answer = BerthProcess.run(pool.arguments("csi.sock", pool.withSize(), "--init"));
    assertThat(answer.output()).contains(row.words()).doesNotContain("\tat ");
    assertThat(answer.exit()).as("%s", answer.output()).isEqualTo(1);
    assertThat(Fingerprint.of(pool.folder())).isEqualTo(before);
    tally.add("damaged pools");
  }

  static Stream<Row> mistakes() {
    return Stream.of(
        Row.of(
            "newer format", () -> edit("\"format\" : 1", "\"format\" : 9"), "format 9", "upgrade"),
        Row.of(
            "a changed pool that nobody remembers",
            () -> {
              edit("\"created\" : \"2", "\"created\" : \"1");
              forgetTheList();
            },
            "pool.json",
            "checksum"),
        Row.of(
            "a file where the folder should be",
            () -> {
              pool.forget();
              Files.writeString(pool.folder(), "not a folder");
            },
            pool.folder().toString(),
            "not a directory"),
        Row.of("no folder", pool::forget, pool.folder().toString(), "does not exist"),
        Row.of(
            "a folder with other files",
            () -> {
              pool.forget();
              Files.createDirectory(pool.folder());
              Files.writeString(pool.folder().resolve("thesis.txt"), "all of it");
            },
            "not empty",
            "thesis.txt"),
        Row.of(
            "a pool whose pool.json is gone",
            () -> {
              Files.delete(pool.folder().resolve("pool.json"));
              forgetTheList();
            },
            "not empty",
            "drafts"));
  }

  @Test
  void an_empty_folder_is_no_pool_without_init(Tally tally) throws IOException {
    pool.forget();
    Files.createDirectory(pool.folder());
    Shell.Answer answer = BerthProcess.run(pool.arguments("csi.sock", pool.withSize()));
    assertThat(answer.output()).contains("--init");
    assertThat(answer.exit()).isEqualTo(1);
    assertThat(pool.folder()).isEmptyDirectory();
    tally.add("damaged pools");
  }

  @Test
  void a_part_of_a_filesystem_needs_a_size(Tally tally) throws IOException {
    pool.forget();
    Files.createDirectory(pool.folder());
    Shell.Answer answer =
        BerthProcess.run(pool.arguments("csi.sock", "--pool=disk=" + pool.folder(), "--init"));
    assertThat(answer.output()).contains("size", "mount point");
    assertThat(answer.exit()).isEqualTo(1);
    assertThat(pool.folder()).isEmptyDirectory();
    tally.add("damaged pools");
  }

  @Test
  void a_pool_that_another_process_has_open_is_not_opened_twice(Tally tally) {
    pool.reset();
    try (BerthProcess first = pool.start();
        CsiClient csi = pool.client()) {
      Shell.Answer answer = BerthProcess.run(pool.arguments("second.sock", pool.withSize()));
      assertThat(answer.output()).contains("another process", "pid " + first.pid());
      assertThat(answer.exit()).isEqualTo(1);
      pool.assertTheRestWorks(csi);
    }
    tally.add("damaged pools");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("absences")
  void is_a_missing_pool_that_the_driver_survives(Row row, Tally tally) throws IOException {
    pool.reset();
    row.spoil().run();
    Fingerprint before = Fingerprint.of(pool.folder());
    try (BerthProcess berth = pool.startAsItIs("--init");
        CsiClient csi = pool.client()) {
      assertThat(capacity(csi)).isZero();
      missing(() -> csi.controller().createVolume(Requests.create("new").build()), row.words());
      missing(
          () -> csi.node().nodeStageVolume(Requests.stage(pool.id("well"), pool.staging()).build()),
          row.words());
      assertThat(berth.stop()).isZero();
    }
    assertThat(Fingerprint.of(pool.folder())).isEqualTo(before);
    tally.add("damaged pools");
  }

  static Stream<Row> absences() {
    return Stream.of(
        Row.of("a disk that is not mounted", DamagedPoolE2E::unmounted, "missing", "no pool.json"),
        Row.of(
            "a folder that is gone",
            () -> Shell.run("rm", "-rf", pool.folder().toString()),
            "missing",
            "cannot be reached"),
        Row.of(
            "a changed pool.json",
            () -> edit("\"created\" : \"2", "\"created\" : \"1"),
            "missing",
            "checksum"),
        Row.of(
            "another pool in its place",
            () -> {
              Path list = Files.createTempDirectory(pool.aside(), "list-");
              Shell.run("cp", "-a", pool.root() + "/.", list.toString());
              pool.forget();
              try (BerthProcess other = pool.start("--init")) {
                assertThat(other.stop()).isZero();
              }
              Shell.run("rm", "-rf", pool.root().toString());
              Shell.run("cp", "-a", list.toString(), pool.root().toString());
            },
            "missing",
            "in its place"));
  }

  @Test
  void a_missing_pool_comes_back_by_itself_when_its_disk_is_mounted(Tally tally)
      throws IOException {
    pool.reset();
    Path disk = Files.createTempDirectory(pool.aside(), "disk-");
    Shell.run("cp", "-a", "--sparse=always", pool.folder() + "/.", disk.toString());
    unmounted();
    try (BerthProcess berth = pool.startAsItIs();
        CsiClient csi = pool.client()) {
      assertThat(capacity(csi)).isZero();
      Shell.run("mount", "--bind", disk.toString(), pool.folder().toString());
      try {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> capacity(csi) > 0);
        var _ = csi.controller().createVolume(Requests.create("new").build());
        assertThat(disk.resolve("volumes/new/image")).exists();
        assertThat(berth.stop()).isZero();
      } finally {
        Shell.run("umount", pool.folder().toString());
      }
    }
    assertThat(pool.folder()).isEmptyDirectory();
    tally.add("damaged pools");
  }

  private static void unmounted() throws IOException {
    Shell.run("rm", "-rf", pool.folder().toString());
    Files.createDirectory(pool.folder());
  }

  private static void forgetTheList() {
    Shell.run("rm", "-rf", pool.root().toString());
  }

  private static void edit(String from, String to) throws IOException {
    Path json = pool.folder().resolve("pool.json");
    String text = Files.readString(json);
    assertThat(text).contains(from);
    Files.writeString(json, text.replace(from, to));
  }

  private static long capacity(CsiClient csi) {
    return csi.controller()
        .getCapacity(GetCapacityRequest.getDefaultInstance())
        .getAvailableCapacity();
  }

  private static void missing(Runnable call, List<String> words) {
    var refusal = catchThrowableOfType(StatusRuntimeException.class, call::run);
    assertThat(refusal).as("the call was answered OK").isNotNull();
    assertThat(refusal.getStatus().getDescription()).contains(words).doesNotContain("\n");
    assertThat(refusal.getStatus().getCode()).isEqualTo(Code.UNAVAILABLE);
  }
}
