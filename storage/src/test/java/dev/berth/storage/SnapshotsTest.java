package dev.berth.storage;

import static dev.berth.storage.PoolWorkshop.holding;
import static dev.berth.storage.PoolWorkshop.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.storage.VolumeException.Conflict;
import dev.berth.storage.VolumeException.Damaged;
import dev.berth.storage.VolumeException.Invalid;
import dev.berth.storage.VolumeException.NotFound;
import dev.berth.storage.VolumeException.NotNow;
import dev.berth.storage.VolumeException.OutOfRange;
import dev.berth.storage.VolumeException.OutOfSpace;
import dev.berth.storage.linux.FileLock;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What callers are promised of snapshots and copies, on whatever filesystem this runs on. */
class SnapshotsTest {
  private static final Bytes MIB = Bytes.ofMiB(1);

  private PoolWorkshop shop;
  private Pools pools;
  private Volume volume;

  @BeforeEach
  void volume(@TempDir Path temporary) throws IOException {
    shop = new PoolWorkshop(temporary);
    pools = shop.open();
    volume = pools.create(request("data", Bytes.ofMiB(2)));
    write(volume.image(), "monday");
  }

  @AfterEach
  void close() {
    pools.close();
  }

  private static void write(Path image, String text) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.seek(MIB.value());
      file.writeBytes(text);
    }
  }

  private static String read(Path image, int length) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "r")) {
      byte[] bytes = new byte[length];
      file.seek(MIB.value());
      file.readFully(bytes);
      return new String(bytes, StandardCharsets.US_ASCII);
    }
  }

  private Snapshot cut(String name) {
    return pools.snapshots().cut(name, volume.id());
  }

  @Test
  void it_is_the_volume_as_it_was_and_survives_it() throws IOException {
    Snapshot snapshot = cut("s");
    write(volume.image(), "sunday");
    assertThat(read(snapshot.image(), 6)).isEqualTo("monday");
    pools.delete(volume.id());
    shop.time.runReady();
    pools.close();
    pools = shop.open();
    assertThat(pools.snapshots().list()).containsExactly(snapshot);
    assertThat(pools.snapshots().get(snapshot.id())).isEqualTo(snapshot);
    assertThat(snapshot.size()).isEqualTo(Bytes.ofMiB(2));
    assertThat(snapshot.source()).isEqualTo(volume.id());
    Volume restored =
        pools.create(request("back", Bytes.ofMiB(2)).from(new Source.OfSnapshot(snapshot.id())));
    assertThat(read(restored.image(), 6)).isEqualTo("monday");
  }

  @Test
  void holes_stay_holes_and_it_counts_the_data_that_it_holds() {
    Snapshot snapshot = cut("s");
    assertThat(snapshot.held()).isBetween(Bytes.of(4096), Bytes.ofKiB(64));
    assertThat(shop.ready(pools).promised()).isEqualTo(volume.size().plus(snapshot.held()));
    pools.snapshots().delete(snapshot.id());
    assertThat(shop.ready(pools).promised()).isEqualTo(volume.size());
  }

  @Test
  void cutting_twice_answers_the_same_snapshot_and_for_another_volume_is_a_conflict() {
    Snapshot first = cut("s");
    assertThat(cut("s")).isEqualTo(first);
    Volume other = pools.create(request("other"));
    assertThatThrownBy(() -> pools.snapshots().cut("s", other.id()))
        .isInstanceOf(Conflict.class)
        .hasMessage(
            "snapshot \"s\" exists as %s of volume %s, and one of volume %s was asked for; use another name"
                .formatted(first.id(), volume.id(), other.id()));
  }

  @Test
  void of_a_volume_that_is_not_there_it_is_not_found() {
    VolumeId none = new VolumeId(volume.id().pool(), "none");
    assertThatThrownBy(() -> pools.snapshots().cut("s", none))
        .isInstanceOf(NotFound.class)
        .hasMessage("volume " + none + " does not exist");
    assertThat(shop.names("snapshots")).isEmpty();
  }

  @Test
  void deleting_it_twice_is_deleting_it() {
    Snapshot snapshot = cut("s");
    pools.snapshots().delete(snapshot.id());
    pools.snapshots().delete(snapshot.id());
    assertThat(pools.snapshots().find(snapshot.id())).isEmpty();
    assertThat(pools.snapshots().list()).isEmpty();
    assertThat(shop.names("snapshots")).isEmpty();
    assertThat(shop.drafts()).isEmpty();
  }

  @Test
  void of_a_volume_in_use_it_takes_blocks_that_can_be_shared() {
    if (shop.linux.files().supportsReflink(shop.directory)) {
      return; // Then SnapshotsIT says what happens, on filesystems of each kind.
    }
    try (FileLock _ = shop.linux.files().tryLock(volume.image()).orElseThrow()) {
      assertThatThrownBy(() -> cut("s"))
          .isInstanceOf(NotNow.class)
          .hasMessage(
              "volume "
                  + volume.id()
                  + " is in use, a copy cannot share its blocks (that takes xfs or btrfs, and one pool for both), and it has no mounted filesystem to freeze meanwhile; stop its pods (unstage it) first");
    }
    assertThat(shop.names("snapshots")).isEmpty();
    assertThat(shop.drafts()).isEmpty();
    assertThat(shop.ready(pools).promised()).isEqualTo(volume.size());
  }

  @Test
  void a_copy_may_be_larger_and_never_smaller() throws IOException {
    Source source = new Source.OfSnapshot(cut("s").id());
    Volume larger = pools.create(request("larger", Bytes.ofMiB(3)).from(source));
    assertThat(larger.size()).isEqualTo(Bytes.ofMiB(3));
    assertThat(larger.image()).hasSize(Bytes.ofMiB(3).value());
    assertThat(read(larger.image(), 6)).isEqualTo("monday");
    assertThat(larger.source()).contains(source);
    assertThatThrownBy(() -> pools.create(request("smaller", MIB).from(source)))
        .isInstanceOf(OutOfRange.class)
        .hasMessageContaining("has 2097152; a copy is never smaller");
    assertThat(pools.list()).doesNotContain(volumeNamed("smaller"));
  }

  private Volume volumeNamed(String name) {
    return pools.named(name).orElse(volume.withSize(Bytes.ofGiB(1)));
  }

  @Test
  void a_copy_without_a_size_has_that_of_its_original() {
    Source source = new Source.OfVolume(volume.id());
    assertThat(pools.create(request("same", Bytes.ZERO).from(source)).size())
        .isEqualTo(volume.size());
  }

  @Test
  void a_copy_is_of_the_same_content() {
    Content other = new Content.Block(Bytes.of(512));
    CreateRequest asked =
        holding(request("b", Bytes.ofMiB(2)), other).from(new Source.OfVolume(volume.id()));
    assertThatThrownBy(() -> pools.create(asked))
        .isInstanceOf(Invalid.class)
        .hasMessageContaining("holds blocks of 4096 bytes, and blocks of 512 bytes was asked for");
  }

  @Test
  void a_clone_is_the_volume_as_it_was() throws IOException {
    Volume clone =
        pools.create(request("clone", Bytes.ofMiB(2)).from(new Source.OfVolume(volume.id())));
    write(volume.image(), "sunday");
    assertThat(read(clone.image(), 6)).isEqualTo("monday");
    pools.delete(volume.id());
    assertThat(pools.get(clone.id())).isEqualTo(clone);
  }

  @Test
  void a_repeated_copy_is_the_first_even_when_its_original_is_gone_and_another_is_a_conflict() {
    Snapshot snapshot = cut("s");
    CreateRequest asked =
        request("copy", Bytes.ofMiB(2)).from(new Source.OfSnapshot(snapshot.id()));
    Volume copy = pools.create(asked);
    pools.snapshots().delete(snapshot.id());
    assertThat(pools.create(asked)).isEqualTo(copy);
    assertThatThrownBy(() -> pools.create(request("copy", Bytes.ofMiB(2))))
        .isInstanceOf(Conflict.class)
        .hasMessageContaining(
            "with source \"snapshot " + snapshot.id() + "\", and \"none\" was asked for");
    CreateRequest late = request("late").from(new Source.OfSnapshot(snapshot.id()));
    assertThatThrownBy(() -> pools.create(late))
        .isInstanceOf(NotFound.class)
        .hasMessage("snapshot " + snapshot.id() + " does not exist");
  }

  @Test
  void a_pool_that_could_not_keep_it_beside_the_volume_refuses_it() throws IOException {
    pools.create(request("rest", shop.ready(pools).available().roundDownTo(Bytes.of(4096))));
    write(volume.image(), "x".repeat(500_000));
    assertThatThrownBy(() -> cut("s"))
        .isInstanceOf(OutOfSpace.class)
        .hasMessageContaining("are needed for a snapshot of volume " + volume.id());
    assertThat(shop.names("snapshots")).isEmpty();
  }

  @Test
  void a_damaged_one_says_so_and_is_left_alone() throws IOException {
    Snapshot snapshot = cut("s");
    try (RandomAccessFile file = new RandomAccessFile(snapshot.image().toFile(), "rw")) {
      file.setLength(MIB.value());
    }
    pools.close();
    pools = shop.open();
    assertThat(pools.snapshots().list()).isEmpty();
    assertThatThrownBy(() -> pools.snapshots().get(snapshot.id()))
        .isInstanceOf(Damaged.class)
        .hasMessageContaining("has 1048576 bytes, and ");
    assertThat(snapshot.image()).exists();
    assertThat(Files.exists(snapshot.image().resolveSibling(SnapshotFile.NAME))).isTrue();
    assertThat(Optional.of(pools.get(volume.id()))).contains(volume);
  }
}
