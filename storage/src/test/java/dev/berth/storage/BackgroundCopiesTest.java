package dev.berth.storage;

import static dev.berth.storage.PoolWorkshop.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.storage.VolumeException.Busy;
import dev.berth.storage.VolumeException.NotNow;
import dev.berth.storage.VolumeException.SystemCallFailed;
import dev.berth.storage.linux.FileLock;
import dev.berth.storage.linux.Linux;
import dev.berth.storage.linux.recorded.Faults;
import dev.berth.storage.linux.recorded.FaultyLinux;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Snapshots whose data is copied after they were answered, on a filesystem that cannot share
 * blocks; on one that can, there is nothing to see here.
 */
class BackgroundCopiesTest {
  private static final Bytes SIZE = Bytes.ofMiB(12);

  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private final List<String> calls = new ArrayList<>();
  private PoolWorkshop shop;
  private Linux well;
  private Pools pools;
  private Volume volume;

  @BeforeEach
  void volume(@TempDir Path temporary) throws IOException {
    shop = new PoolWorkshop(temporary);
    well = shop.linux;
    shop.linux = FaultyLinux.wrap(well, (call, arguments) -> calls.add(call + " " + arguments));
    shop.copies = waiting::add;
    pools = shop.open();
    volume = pools.create(request("data", SIZE));
    byte[] data = new byte[(int) SIZE.value()];
    for (int i = 0; i < data.length; i++) {
      data[i] = (byte) (i * 31 + i / 4096);
    }
    Files.write(volume.image(), data);
  }

  @AfterEach
  void close() {
    pools.close();
  }

  private boolean sharesBlocks() {
    return well.files().supportsReflink(shop.directory);
  }

  private Snapshot cut() {
    return pools.snapshots().cut("s", volume.id());
  }

  private Snapshot now(Snapshot snapshot) {
    return pools.snapshots().get(snapshot.id());
  }

  @Test
  void it_is_answered_before_its_data_is_there_and_is_ready_when_it_is() {
    if (sharesBlocks()) {
      return;
    }
    Snapshot snapshot = cut();
    assertThat(snapshot.isWhole()).isFalse();
    assertThat(now(snapshot)).isEqualTo(snapshot);
    assertThat(pools.snapshots().list()).containsExactly(snapshot);
    assertThat(shop.ready(pools).promised()).isEqualTo(SIZE.plus(snapshot.held()));
    assertThat(cut()).isEqualTo(snapshot);
    waiting.remove().run();
    assertThat(now(snapshot).isWhole()).isTrue();
    assertThat(now(snapshot).image()).hasSameBinaryContentAs(volume.image());
    assertThat(cut()).isEqualTo(now(snapshot));
    assertThat(waiting).isEmpty();
  }

  @Test
  void until_then_its_volume_cannot_be_used_and_nothing_be_made_of_it() {
    if (sharesBlocks()) {
      return;
    }
    Snapshot snapshot = cut();
    String why =
        "volume %s is being copied for snapshot s, 0 %% of 12Mi are done; try again when it is ready, or delete that snapshot"
            .formatted(volume.id());
    assertThatThrownBy(() -> pools.requireNotCopied(volume.id()))
        .isInstanceOf(Busy.class)
        .hasMessage(why);
    assertThatThrownBy(() -> pools.delete(volume.id())).isInstanceOf(Busy.class).hasMessage(why);
    assertThatThrownBy(() -> pools.expand(volume.id(), SizeRange.of(Bytes.ofMiB(20))))
        .isInstanceOf(Busy.class)
        .hasMessage(why);
    assertThat(well.files().tryLock(volume.image())).as("the lock of a loop device").isEmpty();
    CreateRequest copy = request("copy", SIZE).from(new Source.OfSnapshot(snapshot.id()));
    assertThatThrownBy(() -> pools.create(copy))
        .isInstanceOf(Busy.class)
        .hasMessage(
            "snapshot %s is still being copied, 0 %% of 12Mi are done; try again when it is ready"
                .formatted(snapshot.id()));
    waiting.remove().run();
    pools.requireNotCopied(volume.id());
    assertThat(pools.create(copy).image()).hasSameBinaryContentAs(volume.image());
    pools.delete(volume.id());
  }

  @Test
  void deleting_it_cancels_the_copy() {
    if (sharesBlocks()) {
      return;
    }
    Snapshot snapshot = cut();
    pools.snapshots().delete(snapshot.id());
    waiting.remove().run();
    assertThat(pools.snapshots().list()).isEmpty();
    assertThat(shop.names("snapshots")).isEmpty();
    assertThat(shop.ready(pools).promised()).isEqualTo(SIZE);
    try (FileLock lock = well.files().tryLock(volume.image()).orElseThrow()) {
      assertThat(lock).isNotNull();
    }
  }

  @Test
  void what_a_kill_interrupted_goes_on_at_the_next_start_and_not_from_its_beginning() {
    if (sharesBlocks()) {
      return;
    }
    Snapshot snapshot = cut();
    Path record = snapshot.image().resolveSibling(SnapshotFile.NAME);
    Bytes half = Bytes.ofMiB(8);
    // As after the first piece: the data below is forced to disk, and the record says so.
    assertThat(
            well.files()
                .copySparse(volume.image(), snapshot.image(), Bytes.ZERO, done -> done.isZero()))
        .isFalse();
    new Disk(well.files()).replace(record, new SnapshotFile(snapshot.copied(half)).bytes());
    waiting.clear(); // The process that would have gone on is gone, and its lock with it.
    pools.close();
    calls.clear();
    shop.copies = Runnable::run;
    pools = shop.open();
    assertThat(now(snapshot).isWhole()).isTrue();
    assertThat(now(snapshot).image()).hasSameBinaryContentAs(volume.image());
    assertThat(calls)
        .contains(
            "copySparse %s to %s from %d"
                .formatted(volume.image(), snapshot.image(), half.value()));
  }

  @Test
  void a_copy_that_fails_says_why_when_it_is_asked_for_and_goes_on_then() {
    if (sharesBlocks()) {
      return;
    }
    pools.close();
    shop.linux = FaultyLinux.wrap(well, Faults.nth("copyPiece", 2, "EIO"));
    pools = shop.open();
    Snapshot snapshot = cut();
    waiting.remove().run();
    assertThat(now(snapshot).isWhole()).isFalse();
    assertThatThrownBy(this::cut).isInstanceOf(SystemCallFailed.class).hasMessageContaining("EIO");
    assertThat(cut().isWhole()).isFalse();
    waiting.remove().run();
    assertThat(now(snapshot).isWhole()).isTrue();
  }

  @Test
  void one_whose_volume_was_used_before_it_was_whole_never_will_be() {
    if (sharesBlocks()) {
      return;
    }
    Snapshot snapshot = cut();
    waiting.clear();
    pools.close();
    try (FileLock _ = well.files().tryLock(volume.image()).orElseThrow()) {
      pools = shop.open();
      assertThatThrownBy(this::cut)
          .isInstanceOf(NotNow.class)
          .hasMessage(
              "snapshot %s was not copied whole, and its volume %s is in use; delete the snapshot and cut another"
                  .formatted(snapshot.id(), volume.id()));
      pools.snapshots().delete(snapshot.id());
    }
  }

  @Test
  void a_group_is_ready_when_all_its_members_are() {
    if (sharesBlocks()) {
      return;
    }
    Volume other = pools.create(request("other"));
    SnapshotGroup group =
        pools
            .groups()
            .cut(
                new SnapshotGroups.Request(
                    "g",
                    List.of(volume.id(), other.id()),
                    Map.of(),
                    CreateRequest.DEFAULT_MAX_FREEZE));
    assertThat(group.members()).noneMatch(Snapshot::isWhole);
    assertThat(waiting).hasSize(2);
    waiting.remove().run();
    waiting.remove().run();
    assertThat(pools.groups().find(group.id()).orElseThrow().members()).allMatch(Snapshot::isWhole);
  }
}
