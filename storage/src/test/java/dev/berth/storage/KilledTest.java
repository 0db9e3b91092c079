package dev.berth.storage;

import static dev.berth.storage.PoolWorkshop.request;
import static dev.berth.storage.PoolWorkshop.thick;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.storage.linux.QueueSettings;
import dev.berth.storage.linux.recorded.FaultyLinux;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that is killed leaves the files as they are at that instant: before each system call of
 * an operation the pool is copied, and each copy must open to the state before or the state after.
 */
class KilledTest {
  @TempDir private Path temporary;

  @Test
  void a_volume_that_was_being_created_is_there_whole_or_not_at_all() {
    List<PoolWorkshop> killed = copies(_ -> {}, pools -> pools.create(thick(request("a"))));
    assertThat(killed).hasSizeGreaterThan(8);
    int whole = 0;
    for (PoolWorkshop copy : killed) {
      try (Pools pools = copy.open()) {
        assertThat(copy.drafts()).isEmpty();
        assertThat(copy.ready(pools).damaged()).isEmpty();
        List<Volume> there = pools.list();
        assertThat(copy.ready(pools).promised().value()).isEqualTo(there.size() * (1L << 20));
        whole += there.size();
        Volume again = pools.create(thick(request("a")));
        assertThat(pools.list()).containsExactly(again);
      }
    }
    assertThat(whole).isPositive().isLessThan(killed.size());
  }

  @Test
  void a_volume_that_was_being_deleted_is_there_or_in_the_trash() {
    List<PoolWorkshop> killed =
        copies(
            pools -> pools.create(request("a")),
            pools -> pools.delete(pools.list().getFirst().id()));
    for (PoolWorkshop copy : killed) {
      try (Pools pools = copy.open()) {
        assertThat(copy.ready(pools).damaged()).isEmpty();
        assertThat(pools.list().size() + copy.names("trash").size()).isEqualTo(1);
        pools.list().forEach(v -> pools.delete(v.id()));
        copy.time.runReady();
        assertThat(copy.names("trash")).isEmpty();
        assertThat(copy.ready(pools).promised()).isEqualTo(Bytes.ZERO);
      }
    }
  }

  @Test
  void an_acknowledgement_is_written_or_not_and_the_volume_is_whole() {
    List<PoolWorkshop> killed =
        copies(
            pools -> pools.create(request("a")),
            pools -> pools.acknowledge(pools.list().getFirst().id()));
    List<Boolean> seen = new ArrayList<>();
    for (PoolWorkshop copy : killed) {
      try (Pools pools = copy.open()) {
        assertThat(copy.ready(pools).damaged()).isEmpty();
        seen.add(pools.list().getFirst().acknowledged());
        assertThat(pools.acknowledge(pools.list().getFirst().id()).acknowledged()).isTrue();
        assertThat(copy.names("volumes/a")).containsExactly("image", "volume.json");
      }
    }
    assertThat(seen).contains(true, false).isSorted();
  }

  @Test
  void a_tuning_is_written_or_not_and_the_volume_is_whole() {
    Tuning hour = new Tuning(Optional.of(Duration.ofHours(1)), QueueSettings.NONE);
    List<PoolWorkshop> killed =
        copies(
            pools -> pools.create(request("a")),
            pools -> pools.tune(pools.list().getFirst().id(), hour));
    List<Boolean> seen = new ArrayList<>();
    for (PoolWorkshop copy : killed) {
      try (Pools pools = copy.open()) {
        assertThat(copy.ready(pools).damaged()).isEmpty();
        seen.add(pools.list().getFirst().tuning().equals(hour));
        assertThat(pools.tune(pools.list().getFirst().id(), hour).tuning()).isEqualTo(hour);
        assertThat(copy.names("volumes/a")).containsExactly("image", "volume.json");
      }
    }
    assertThat(seen).contains(true, false).isSorted();
  }

  @Test
  void an_orphan_is_there_or_in_the_trash_for_as_long_as_it_is_to_be_kept() {
    List<PoolWorkshop> killed =
        copies(
            pools -> pools.create(request("a")),
            pools -> pools.trash(pools.list().getFirst().id(), Duration.ofHours(24), _ -> true));
    int moved = 0;
    for (PoolWorkshop copy : killed) {
      try (Pools pools = copy.open()) {
        assertThat(copy.ready(pools).damaged()).isEmpty();
        copy.time.runReady();
        assertThat(pools.list().size() + copy.names("trash").size()).isEqualTo(1);
        moved += copy.names("trash").size();
        // The same request finds its volume again, whatever was written about the trash.
        pools.list().forEach(_ -> pools.create(request("a")));
        pools.list().forEach(v -> pools.trash(v.id(), Duration.ofHours(24), _ -> true));
        copy.time.advance(Duration.ofHours(23));
        assertThat(copy.names("trash")).hasSize(1);
        copy.time.advance(Duration.ofHours(2));
        assertThat(copy.names("trash")).isEmpty();
      }
    }
    assertThat(moved).isPositive().isLessThan(killed.size());
  }

  @Test
  void a_volume_that_was_being_expanded_has_the_old_size_or_the_new() {
    for (boolean thick : new boolean[] {false, true}) {
      List<PoolWorkshop> killed =
          copies(
              pools -> pools.create(thick ? thick(request("a")) : request("a")),
              pools -> pools.expand(pools.list().getFirst().id(), SizeRange.of(Bytes.ofMiB(3))));
      List<Bytes> sizes = new ArrayList<>();
      for (PoolWorkshop copy : killed) {
        try (Pools pools = copy.open()) {
          assertThat(copy.ready(pools).damaged()).isEmpty();
          Volume volume = pools.get(pools.list().getFirst().id());
          assertThat(volume.image()).hasSize(volume.size().value());
          assertThat(copy.ready(pools).promised()).isEqualTo(volume.size());
          sizes.add(volume.size());
        }
      }
      assertThat(sizes).contains(Bytes.ofMiB(1), Bytes.ofMiB(3));
      assertThat(sizes).isSubsetOf(Bytes.ofMiB(1), Bytes.ofMiB(3));
    }
  }

  @Test
  void a_snapshot_that_was_being_cut_is_there_whole_or_not_at_all() {
    List<PoolWorkshop> killed = copies(pools -> pools.create(request("a")), pools -> cut(pools));
    int whole = 0;
    for (PoolWorkshop copy : killed) {
      try (Pools pools = copy.open()) {
        assertThat(copy.drafts()).isEmpty();
        List<Snapshot> there = pools.snapshots().list();
        assertThat(copy.names("snapshots")).hasSameSizeAs(there);
        assertThat(there).allMatch(Snapshot::isWhole);
        for (Snapshot one : there) {
          assertThat(one.image()).hasSameBinaryContentAs(pools.list().getFirst().image());
          assertThat(one.image().resolveSibling("snapshot.json.new")).doesNotExist();
        }
        Bytes held = there.stream().map(Snapshot::held).reduce(Bytes.ZERO, Bytes::plus);
        assertThat(copy.ready(pools).promised()).isEqualTo(Bytes.ofMiB(1).plus(held));
        whole += there.size();
        assertThat(pools.snapshots().list()).isSubsetOf(cut(pools));
      }
    }
    assertThat(whole).isPositive().isLessThan(killed.size());
  }

  @Test
  void a_snapshot_that_was_being_deleted_is_there_or_gone() {
    List<PoolWorkshop> killed =
        copies(
            pools -> {
              pools.create(request("a"));
              cut(pools);
            },
            pools -> pools.snapshots().delete(pools.snapshots().list().getFirst().id()));
    for (PoolWorkshop copy : killed) {
      try (Pools pools = copy.open()) {
        assertThat(copy.drafts()).isEmpty();
        List<Snapshot> there = pools.snapshots().list();
        assertThat(copy.names("snapshots")).hasSameSizeAs(there);
        there.forEach(one -> pools.snapshots().delete(one.id()));
        assertThat(copy.ready(pools).promised()).isEqualTo(Bytes.ofMiB(1));
      }
    }
  }

  @Test
  void a_copy_that_was_being_made_is_there_whole_or_not_at_all() {
    List<PoolWorkshop> killed =
        copies(pools -> pools.create(request("a")), pools -> pools.create(copyOf(pools)));
    int whole = 0;
    for (PoolWorkshop copy : killed) {
      try (Pools pools = copy.open()) {
        assertThat(copy.drafts()).isEmpty();
        assertThat(copy.ready(pools).damaged()).isEmpty();
        int there = pools.list().size();
        assertThat(copy.ready(pools).promised().value()).isEqualTo(there * (1L << 20));
        whole += there - 1;
        Volume again = pools.create(copyOf(pools));
        assertThat(pools.list()).hasSize(2).contains(again);
      }
    }
    assertThat(whole).isPositive().isLessThan(killed.size());
  }

  @Test
  void a_group_that_was_being_cut_is_there_whole_or_not_at_all() {
    List<PoolWorkshop> killed =
        copies(
            pools -> List.of("a", "b", "c").forEach(name -> pools.create(request(name))),
            pools -> cutAll(pools));
    int whole = 0;
    for (PoolWorkshop copy : killed) {
      try (Pools pools = copy.open()) {
        assertThat(copy.drafts()).isEmpty();
        int groups = pools.groups().list().size();
        assertThat(copy.names("groups")).hasSize(groups);
        assertThat(copy.names("snapshots")).hasSize(3 * groups);
        assertThat(pools.snapshots().list()).hasSize(3 * groups);
        assertThat(copy.recorded.freezes().frozen()).isEmpty();
        whole += groups;
        SnapshotGroup again = cutAll(pools);
        assertThat(again.members()).hasSize(3);
        assertThat(pools.groups().find(again.id())).contains(again);
      }
    }
    assertThat(whole).isPositive().isLessThan(killed.size());
  }

  @Test
  void a_group_that_was_being_deleted_is_there_whole_or_gone() {
    List<PoolWorkshop> killed =
        copies(
            pools -> {
              List.of("a", "b").forEach(name -> pools.create(request(name)));
              cutAll(pools);
            },
            pools -> {
              SnapshotGroup group = cutAll(pools);
              pools.groups().delete(group.id(), ids(group));
            });
    int whole = 0;
    for (PoolWorkshop copy : killed) {
      try (Pools pools = copy.open()) {
        assertThat(copy.drafts()).isEmpty();
        int groups = pools.groups().list().size();
        assertThat(copy.names("groups")).hasSize(groups);
        assertThat(copy.names("snapshots")).hasSize(2 * groups);
        assertThat(pools.snapshots().list()).hasSize(2 * groups);
        whole += groups;
        for (GroupId id : pools.groups().list()) {
          pools.groups().delete(id, ids(pools.groups().find(id).orElseThrow()));
        }
        assertThat(copy.ready(pools).promised()).isEqualTo(Bytes.ofMiB(2));
      }
    }
    assertThat(whole).isPositive().isLessThan(killed.size());
  }

  @Test
  void a_volume_that_was_being_made_of_a_snapshot_is_there_whole_or_not_at_all() {
    List<PoolWorkshop> killed =
        copies(
            pools -> {
              pools.create(request("a"));
              cut(pools);
            },
            pools -> pools.create(restored(pools)));
    int whole = 0;
    for (PoolWorkshop copy : killed) {
      try (Pools pools = copy.open()) {
        assertThat(copy.drafts()).isEmpty();
        assertThat(copy.ready(pools).damaged()).isEmpty();
        whole += pools.list().size() - 1;
        Volume again = pools.create(restored(pools));
        assertThat(again.image())
            .hasSameBinaryContentAs(pools.snapshots().list().getFirst().image());
        assertThat(pools.list()).hasSize(2).contains(again);
      }
    }
    assertThat(whole).isPositive().isLessThan(killed.size());
  }

  private static CreateRequest restored(Pools pools) {
    return request("b").from(new Source.OfSnapshot(pools.snapshots().list().getFirst().id()));
  }

  private static SnapshotGroup cutAll(Pools pools) {
    return pools
        .groups()
        .cut(
            new SnapshotGroups.Request(
                "g",
                pools.list().stream().map(Volume::id).toList(),
                Map.of(),
                CreateRequest.DEFAULT_MAX_FREEZE));
  }

  private static List<String> ids(SnapshotGroup group) {
    return group.members().stream().map(s -> s.id().toString()).toList();
  }

  private static Snapshot cut(Pools pools) {
    return pools.snapshots().cut("s", pools.list().getFirst().id());
  }

  private static CreateRequest copyOf(Pools pools) {
    return request("b").from(new Source.OfVolume(pools.list().getFirst().id()));
  }

  @Test
  void a_pool_that_was_being_made_can_be_opened_again() {
    PoolWorkshop shop = new PoolWorkshop(folder("original"));
    List<PoolWorkshop> killed = new ArrayList<>();
    copyingInto(shop, killed).close();
    for (PoolWorkshop copy : killed) {
      try (Pools pools = copy.open()) {
        assertThat(pools.create(request("a")).size()).isEqualTo(Bytes.ofMiB(1));
      }
    }
  }

  /** The pool as it is before each system call of {@code operation}. */
  private List<PoolWorkshop> copies(Consumer<Pools> before, Consumer<Pools> operation) {
    PoolWorkshop shop = new PoolWorkshop(folder("original"));
    try (Pools pools = shop.open()) {
      before.accept(pools);
    }
    List<PoolWorkshop> killed = new ArrayList<>();
    try (Pools pools = copyingInto(shop, killed)) {
      killed.clear();
      operation.accept(pools);
    }
    return killed;
  }

  private Pools copyingInto(PoolWorkshop shop, List<PoolWorkshop> killed) {
    shop.linux =
        FaultyLinux.wrap(
            shop.linux,
            (_, _) -> {
              PoolWorkshop copy = new PoolWorkshop(folder("copy"));
              copyTree(shop.directory, copy.directory);
              killed.add(copy);
            });
    return shop.open();
  }

  private Path folder(String prefix) {
    try {
      return Files.createTempDirectory(temporary, prefix);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void copyTree(Path from, Path to) {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.toList()) {
        Files.copy(
            path,
            to.resolve(from.relativize(path).toString()),
            StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
