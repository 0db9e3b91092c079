package dev.berth.storage;

import static dev.berth.storage.PoolWorkshop.keptFor;
import static dev.berth.storage.PoolWorkshop.request;
import static dev.berth.storage.PoolWorkshop.thick;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.storage.VolumeException.Conflict;
import dev.berth.storage.VolumeException.Invalid;
import dev.berth.storage.VolumeException.NotFound;
import dev.berth.storage.VolumeException.NotNow;
import dev.berth.storage.VolumeException.OutOfRange;
import dev.berth.storage.VolumeException.OutOfSpace;
import dev.berth.storage.linux.Linux;
import dev.berth.storage.linux.LoopDevice;
import dev.berth.storage.linux.LoopDevices.AttachRequest;
import dev.berth.storage.linux.recorded.Faults;
import dev.berth.storage.linux.recorded.FaultyLinux;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What callers are promised of pools, over recorded mounts, loop devices and programs. */
class PoolsTest {
  private static final Bytes MIB = Bytes.ofMiB(1);
  private static final Linux REAL = Linux.real();

  private PoolWorkshop shop;
  private boolean armed;

  @BeforeEach
  void workshop(@TempDir Path temporary) {
    shop = new PoolWorkshop(temporary);
  }

  @Test
  void a_created_volume_is_found_again_by_this_process_and_by_the_next() {
    Volume made;
    try (Pools pools = shop.open()) {
      made = pools.create(request("pvc-1"));
      assertThat(pools.get(made.id())).isEqualTo(made);
      assertThat(pools.list()).containsExactly(made);
    }
    try (Pools pools = shop.open()) {
      assertThat(pools.get(made.id())).isEqualTo(made);
      assertThat(pools.list()).containsExactly(made);
      assertThat(shop.ready(pools).promised()).isEqualTo(MIB);
    }
    assertThat(made.size()).isEqualTo(MIB);
    assertThat(made.image()).hasSize(MIB.value());
    assertThat(made.id().name()).isEqualTo("pvc-1");
  }

  @Test
  void creating_twice_answers_the_same_volume() {
    try (Pools pools = shop.open()) {
      Volume first = pools.create(request("a"));
      assertThat(pools.create(request("a"))).isEqualTo(first);
      assertThat(pools.list()).hasSize(1);
    }
  }

  @Test
  void a_repeated_request_that_differs_is_a_conflict_that_names_the_field() {
    try (Pools pools = shop.open()) {
      pools.create(request("a"));
      assertThatThrownBy(() -> pools.create(thick(request("a"))))
          .isInstanceOf(Conflict.class)
          .hasMessageContaining("with allocation \"THIN\", and \"THICK\" was asked for");
      assertThatThrownBy(() -> pools.create(request("a", Bytes.ofMiB(2))))
          .isInstanceOf(Conflict.class)
          .hasMessageContaining("with size \"1Mi\", and \"at least 2Mi\" was asked for");
    }
  }

  @Test
  void a_name_that_is_no_path_segment_is_hashed_and_found_again() {
    try (Pools pools = shop.open()) {
      Volume made = pools.create(request("../../Etc/passwd"));
      assertThat(made.id().name()).matches("h-[0-9a-f]{32}");
      assertThat(made.image()).startsWith(shop.directory.resolve("volumes"));
      assertThat(made.name()).isEqualTo("../../Etc/passwd");
      assertThat(pools.create(request("../../Etc/passwd"))).isEqualTo(made);
    }
  }

  @Test
  void a_name_that_looks_like_the_hash_of_another_is_a_conflict() {
    try (Pools pools = shop.open()) {
      Volume hashed = pools.create(request("../x"));
      assertThatThrownBy(() -> pools.create(request(hashed.id().name())))
          .isInstanceOf(Conflict.class)
          .hasMessageContaining("with name \"../x\"");
    }
  }

  @Test
  void a_volume_larger_than_what_is_available_is_refused_and_leaves_nothing() {
    try (Pools pools = shop.open()) {
      assertThatThrownBy(() -> pools.create(request("big", Bytes.ofMiB(65))))
          .isInstanceOf(OutOfSpace.class)
          .hasMessage(
              "pool main has 64Mi available of 64Mi, and 65Mi are needed for the new volume; delete"
                  + " volumes, enlarge the pool or ask for less");
      assertThat(shop.names("volumes")).isEmpty();
      assertThat(shop.drafts()).isEmpty();
      assertThat(pools.capacity(Optional.empty()).maximumVolume()).isEqualTo(PoolWorkshop.SIZE);
    }
  }

  @Test
  void a_pool_that_nobody_has_configured_is_refused_by_name() {
    try (Pools pools = shop.open()) {
      assertThatThrownBy(() -> pools.capacity(Optional.of(new PoolName("other"))))
          .isInstanceOf(Invalid.class)
          .hasMessage("pool other does not exist; the pools are main");
    }
  }

  @Test
  void overcommit_and_reserve_move_the_limit() {
    PoolSettings settings = shop.settings().withOvercommit(2).withReserve(Bytes.ofMiB(8));
    try (Pools pools = shop.open(settings)) {
      assertThat(pools.capacity(Optional.empty()).available()).isEqualTo(Bytes.ofMiB(120));
      pools.create(request("a", Bytes.ofMiB(120)));
      assertThat(pools.capacity(Optional.empty())).isEqualTo(Capacity.NONE);
    }
  }

  @Test
  void of_threads_that_create_the_same_name_all_get_the_one_volume() throws Exception {
    try (Pools pools = shop.open()) {
      List<Volume> made = together(8, i -> () -> pools.create(request("same")));
      assertThat(made.stream().distinct()).hasSize(1);
      assertThat(pools.list()).hasSize(1);
    }
  }

  @Test
  void threads_that_create_at_the_same_time_never_promise_more_than_there_is() throws Exception {
    try (Pools pools = shop.open()) {
      List<Optional<Volume>> made =
          together(
              32,
              i ->
                  () -> {
                    try {
                      return Optional.of(pools.create(request("v" + i, Bytes.ofMiB(10))));
                    } catch (OutOfSpace e) {
                      return Optional.<Volume>empty();
                    }
                  });
      assertThat(made.stream().flatMap(Optional::stream)).hasSize(6);
      assertThat(shop.ready(pools).promised()).isEqualTo(Bytes.ofMiB(60));
    }
  }

  @Test
  void whatever_fails_while_creating_nothing_is_left_behind() {
    shop.open().close();
    for (int n = 1; ; n++) {
      Faults faults = afterOpening(n);
      shop.linux = FaultyLinux.wrap(shop.recorded.with(REAL.files()), faults);
      try (Pools pools = shop.open()) {
        armed = true;
        try {
          pools.create(thick(request("a")));
          armed = false;
          return;
        } catch (VolumeException e) {
          armed = false;
          assertThat(shop.names("volumes")).isEmpty();
          assertThat(shop.drafts()).isEmpty();
          assertThat(shop.ready(pools).promised()).isEqualTo(Bytes.ZERO);
        }
      }
    }
  }

  @Test
  void a_deleted_volume_goes_through_the_trash_and_is_gone() {
    try (Pools pools = shop.open()) {
      Volume made = pools.create(request("a"));
      pools.delete(made.id());
      assertThat(pools.find(made.id())).isEmpty();
      assertThatThrownBy(() -> pools.get(made.id()))
          .isInstanceOf(NotFound.class)
          .hasMessage("volume " + made.id() + " does not exist");
      assertThat(shop.names("volumes")).isEmpty();
      assertThat(shop.names("trash")).hasSize(1);
      shop.time.runReady();
      assertThat(shop.names("trash")).isEmpty();
      pools.delete(made.id());
    }
  }

  @Test
  void a_volume_with_an_undelete_time_waits_in_the_trash_also_across_a_restart() {
    try (Pools pools = shop.open()) {
      Volume made = pools.create(keptFor(request("a"), Duration.ofHours(1)));
      pools.delete(made.id());
      shop.time.advance(Duration.ofMinutes(59));
      assertThat(shop.names("trash")).containsExactly(shop.time.millis() - 59 * 60_000 + "-a");
    }
    try (Pools _ = shop.open()) {
      shop.time.runReady();
      assertThat(shop.names("trash")).hasSize(1);
      shop.time.advance(Duration.ofMinutes(2));
      assertThat(shop.names("trash")).isEmpty();
    }
  }

  @Test
  void the_trash_gives_way_oldest_first_when_a_new_volume_needs_the_room() {
    try (Pools pools = shop.open()) {
      for (String name : List.of("old", "new")) {
        CreateRequest q = keptFor(thick(request(name, Bytes.ofMiB(20))), Duration.ofDays(1));
        pools.delete(pools.create(q).id());
        shop.time.advance(Duration.ofSeconds(1));
      }
      assertThat(pools.capacity(Optional.empty()).available()).isEqualTo(Bytes.ofMiB(24));
      pools.create(request("big", Bytes.ofMiB(40)));
      assertThat(shop.names("trash")).singleElement().asString().endsWith("-new");
    }
  }

  @Test
  void a_volume_of_a_pool_that_is_not_ours_is_never_said_to_be_deleted() {
    try (Pools pools = shop.open()) {
      VolumeId foreign = VolumeId.parse("zzzzzzzz.a").orElseThrow();
      assertThatThrownBy(() -> pools.delete(foreign))
          .isInstanceOf(NotNow.class)
          .hasMessageContaining("pool zzzzzzzz is none of the pools of this driver");
    }
  }

  @Test
  void an_attached_volume_is_not_deleted_whoever_has_attached_it() {
    try (Pools pools = shop.open()) {
      Volume made = pools.create(request("a"));
      LoopDevice device =
          shop.recorded
              .loops()
              .attach(new AttachRequest(made.image(), "other", Bytes.of(512), false, false, false));
      assertThatThrownBy(() -> pools.delete(made.id()))
          .isInstanceOf(NotNow.class)
          .hasMessageContaining("is attached at " + device.path());
      assertThat(pools.find(made.id())).contains(made);
    }
  }

  @Test
  void an_expanded_volume_is_larger_for_the_next_process_too() {
    VolumeId id;
    try (Pools pools = shop.open()) {
      id = pools.create(request("a")).id();
      Volume grown = pools.expand(id, SizeRange.of(Bytes.of(2_000_000)));
      assertThat(grown.size()).isEqualTo(Bytes.of(2_002_944));
      assertThat(grown.image()).hasSize(2_002_944);
      assertThat(shop.ready(pools).promised()).isEqualTo(grown.size());
    }
    try (Pools pools = shop.open()) {
      assertThat(pools.get(id).size()).isEqualTo(Bytes.of(2_002_944));
      assertThat(pools.expand(id, SizeRange.of(MIB))).isEqualTo(pools.get(id));
      assertThatThrownBy(() -> pools.expand(id, SizeRange.of(MIB, MIB)))
          .isInstanceOf(OutOfRange.class)
          .hasMessageContaining("limit_bytes 1048576 is below the size 2002944");
    }
  }

  @Test
  void an_expansion_beyond_the_pool_is_out_of_range_and_changes_nothing() {
    try (Pools pools = shop.open()) {
      Volume made = pools.create(request("a"));
      assertThatThrownBy(() -> pools.expand(made.id(), SizeRange.of(Bytes.ofMiB(65))))
          .isInstanceOf(OutOfRange.class)
          .hasMessageContaining("pool main has 63Mi available of 64Mi, and 64Mi are needed");
      assertThat(pools.get(made.id())).isEqualTo(made);
      assertThat(shop.ready(pools).promised()).isEqualTo(MIB);
    }
  }

  @Test
  void whatever_fails_while_expanding_the_volume_is_as_it_was_or_grown() {
    VolumeId id;
    try (Pools pools = shop.open()) {
      id = pools.create(thick(request("a"))).id();
    }
    for (int n = 1; ; n++) {
      shop.linux = FaultyLinux.wrap(shop.recorded.with(REAL.files()), afterOpening(n));
      Bytes before;
      Bytes to;
      try (Pools pools = shop.open()) {
        before = pools.get(id).size();
        to = before.plus(MIB);
        armed = true;
        try {
          pools.expand(id, SizeRange.of(to));
          armed = false;
          return;
        } catch (VolumeException e) {
          armed = false;
          assertThat(pools.get(id).size()).isIn(before, to);
          assertThat(shop.ready(pools).promised()).isIn(before, to);
        }
      }
      try (Pools pools = shop.open()) {
        assertThat(pools.get(id).size()).isIn(before, to);
        assertThat(pools.get(id).image()).hasSize(pools.get(id).size().value());
      }
    }
  }

  /** The n-th call fails that comes after the pool was opened. */
  private Faults afterOpening(int n) {
    int[] seen = {0};
    return (call, arguments) -> {
      if (armed && ++seen[0] == n) {
        throw new VolumeException.SystemCallFailed(call, arguments, "EIO", "Input/output error");
      }
    };
  }

  private interface Numbered<T> {
    Callable<T> task(int number);
  }

  private static <T> List<T> together(int threads, Numbered<T> work)
      throws InterruptedException, ExecutionException {
    try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      List<Callable<T>> tasks = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        tasks.add(work.task(i));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> future : executor.invokeAll(tasks)) {
        results.add(future.get());
      }
      return results;
    }
  }

  @Test
  void every_file_of_a_pool_is_for_its_owner_only() throws Exception {
    try (Pools pools = shop.open()) {
      Volume made = pools.create(request("a"));
      assertThat(Files.getPosixFilePermissions(made.image())).hasSize(2);
      assertThat(Files.getPosixFilePermissions(shop.volumeFile(made))).hasSize(2);
    }
  }
}
