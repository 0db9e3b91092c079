package dev.berth.storage;

import static dev.berth.storage.PoolWorkshop.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.storage.VolumeException.Damaged;
import dev.berth.storage.VolumeException.Invalid;
import dev.berth.storage.VolumeException.NotNow;
import dev.berth.storage.VolumeException.PoolMissing;
import dev.berth.storage.VolumeException.SystemCallFailed;
import dev.berth.storage.linux.recorded.FaultyLinux;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a pool finds when it is opened, and what becomes of it. */
class AdoptionTest {
  private PoolWorkshop shop;

  @BeforeEach
  void workshop(@TempDir Path temporary) {
    shop = new PoolWorkshop(temporary);
  }

  @Test
  void a_record_that_was_changed_damages_its_volume_and_no_other() throws IOException {
    Volume broken = made("broken");
    Volume whole = made("whole");
    Path file = shop.volumeFile(broken);
    Files.writeString(file, Files.readString(file).replace("1048576", "2097152"));
    try (Pools pools = shop.open()) {
      assertThat(pools.list()).containsExactly(whole);
      assertThat(shop.ready(pools).damaged()).containsExactly("broken");
      assertThatThrownBy(() -> pools.find(broken.id()))
          .isInstanceOf(Damaged.class)
          .hasMessageStartingWith(file + ": field checksum does not match the rest of the file");
      assertThatThrownBy(() -> pools.delete(broken.id())).isInstanceOf(Damaged.class);
      assertThatThrownBy(() -> pools.create(request("broken"))).isInstanceOf(Damaged.class);
      assertThat(shop.ready(pools).promised()).isEqualTo(Bytes.ofMiB(2));
    }
    assertThat(broken.image()).exists();
  }

  @Test
  void a_volume_that_the_disk_cannot_read_damages_no_other() {
    Volume broken = made("broken");
    Volume whole = made("whole");
    AtomicBoolean bad = new AtomicBoolean(true);
    shop.linux =
        FaultyLinux.wrap(
            shop.linux,
            (call, arguments) -> {
              if (bad.get() && arguments.contains("volumes/broken")) {
                throw new SystemCallFailed(call, arguments, "EIO", "Input/output error");
              }
            });
    try (Pools pools = shop.open()) {
      assertThat(pools.list()).containsExactly(whole);
      assertThat(shop.ready(pools).damaged()).containsExactly("broken");
      assertThatThrownBy(() -> pools.find(broken.id())).isInstanceOf(SystemCallFailed.class);
      bad.set(false);
      assertThat(pools.get(broken.id())).isEqualTo(broken);
      assertThat(pools.list()).containsExactly(broken, whole);
    }
  }

  @Test
  void in_the_trash_an_image_without_a_record_is_kept_until_its_room_is_needed()
      throws IOException {
    shop.open().close();
    Path image = shop.directory.resolve("trash/1000-a/image");
    Files.createDirectory(Disk.parent(image));
    Files.write(image, new byte[4096]);
    try (Pools pools = shop.open()) {
      shop.time.runReady();
      assertThat(image).exists();
      pools.create(request("large", PoolWorkshop.SIZE));
      assertThat(image).doesNotExist();
    }
  }

  @Test
  void a_missing_image_damages_its_volume() throws IOException {
    Volume made = made("a");
    Files.delete(made.image());
    damaged(made, made.image() + ": the image is missing; restore it from a backup");
  }

  @Test
  void an_image_that_is_too_short_damages_its_volume() throws IOException {
    Volume made = made("a");
    resize(made.image(), 4096);
    damaged(
        made,
        made.image()
            + ": has 4096 bytes, and "
            + shop.volumeFile(made)
            + " says size 1048576: data is missing; restore the image from a backup");
  }

  @Test
  void an_image_that_is_too_long_damages_its_volume() throws IOException {
    Volume made = made("a");
    resize(made.image(), 2 << 20);
    damaged(
        made,
        made.image()
            + ": has 2097152 bytes, and "
            + shop.volumeFile(made)
            + " says size 1048576: somebody else has written to it; see docs/pool-format.md");
  }

  @Test
  void symbolic_links_in_a_pool_are_refused_and_never_followed(@TempDir Path outside)
      throws IOException {
    Volume image = made("image");
    Volume folder = made("folder");
    Volume record = made("record");
    moveAndLink(image.image(), outside.resolve("image"));
    moveAndLink(Disk.parent(folder.image()), outside.resolve("folder"));
    moveAndLink(shop.volumeFile(record), outside.resolve("record"));
    try (Pools pools = shop.open()) {
      assertThat(pools.list()).isEmpty();
      assertThat(shop.ready(pools).damaged()).containsExactly("folder", "image", "record");
      assertThatThrownBy(() -> pools.get(image.id()))
          .hasMessage(image.image() + ": a symbolic link is in the way, and pools have none");
      assertThatThrownBy(() -> pools.delete(folder.id())).isInstanceOf(Damaged.class);
    }
    assertThat(outside.resolve("folder").resolve("image")).exists();
  }

  @Test
  void a_volume_of_a_newer_format_is_left_alone() throws IOException {
    Volume made = made("a");
    Path file = shop.volumeFile(made);
    Files.writeString(file, Files.readString(file).replace("\"format\" : 2", "\"format\" : 3"));
    damaged(made, file + ": format 3, this Berth knows 2; upgrade Berth");
  }

  @Test
  void a_pool_of_a_newer_format_is_refused_untouched() throws IOException {
    made("a");
    Path file = shop.directory.resolve("pool.json");
    Files.writeString(file, Files.readString(file).replace("\"format\" : 1", "\"format\" : 3"));
    List<String> before = everything();
    assertThatThrownBy(shop::open)
        .isInstanceOf(Invalid.class)
        .hasMessage(file + ": format 3, this Berth knows 2; upgrade Berth");
    assertThat(everything()).isEqualTo(before);
  }

  @Test
  void a_damaged_volume_that_was_repaired_is_there_again() throws IOException {
    Volume made = made("a");
    Path file = shop.volumeFile(made);
    byte[] good = Files.readAllBytes(file);
    Files.writeString(file, "{}");
    try (Pools pools = shop.open()) {
      assertThat(pools.list()).isEmpty();
      Files.write(file, good);
      assertThat(pools.get(made.id())).isEqualTo(made);
      assertThat(pools.list()).containsExactly(made);
      assertThat(shop.ready(pools).damaged()).isEmpty();
    }
  }

  @Test
  void drafts_of_a_dead_instance_are_swept_and_their_reservations_with_them() throws IOException {
    shop.open().close();
    Path dead = shop.directory.resolve("drafts/deadbeef/pvc-9");
    Files.createDirectories(dead);
    Files.write(dead.resolve("image"), new byte[4096]);
    Files.createFile(dead.resolveSibling("lock"));
    try (Pools pools = shop.open()) {
      assertThat(shop.drafts()).isEmpty();
      assertThat(shop.ready(pools).promised()).isEqualTo(Bytes.ZERO);
    }
  }

  @Test
  void a_pool_has_one_process_and_the_second_is_told_which() {
    try (Pools _ = shop.open()) {
      assertThatThrownBy(shop::open)
          .isInstanceOf(NotNow.class)
          .hasMessageContaining(
              "is open in another process (pid " + ProcessHandle.current().pid() + ", ");
    }
    shop.open().close();
  }

  @Test
  void a_pool_is_made_only_where_that_was_asked_for() {
    PoolSettings unasked = PoolSettings.of(PoolWorkshop.MAIN, shop.directory, false);
    assertThatThrownBy(() -> shop.open(unasked))
        .isInstanceOf(Invalid.class)
        .hasMessage(
            "pool main at "
                + shop.directory
                + ": is empty and no pool; use --init to make a pool there");
    assertThat(shop.directory).isEmptyDirectory();
  }

  @Test
  void a_pool_is_made_only_in_an_empty_directory() throws IOException {
    Files.createDirectory(shop.directory.resolve("lost+found"));
    Files.writeString(shop.directory.resolve("letter"), "dear");
    assertThatThrownBy(shop::open)
        .isInstanceOf(Invalid.class)
        .hasMessageContaining("for it is not empty (\"letter\"); use an empty directory");
    Files.delete(shop.directory.resolve("letter"));
    shop.open().close();
  }

  @Test
  void a_directory_that_is_no_mount_point_needs_a_size() {
    PoolSettings sizeless = PoolSettings.of(PoolWorkshop.MAIN, shop.directory, true);
    assertThatThrownBy(() -> shop.open(sizeless))
        .isInstanceOf(Invalid.class)
        .hasMessageContaining("so the pool needs a size of its own; say for example --pool main=");
    assertThat(shop.directory).isEmptyDirectory();
  }

  @Test
  void the_size_given_at_init_holds_until_another_is_given() {
    shop.open().close();
    PoolSettings sizeless = PoolSettings.of(PoolWorkshop.MAIN, shop.directory, false);
    try (Pools pools = shop.open(sizeless)) {
      assertThat(shop.ready(pools).size()).isEqualTo(PoolWorkshop.SIZE);
    }
    try (Pools pools = shop.open(sizeless.withSize(Bytes.ofMiB(32)))) {
      assertThat(shop.ready(pools).size()).isEqualTo(Bytes.ofMiB(32));
    }
  }

  @Test
  void where_a_known_pool_was_no_new_one_is_made_and_the_old_comes_back_by_itself()
      throws IOException {
    Volume made = made("a");
    Path away = shop.directory.resolveSibling("away");
    Files.move(shop.directory, away);
    Files.createDirectory(shop.directory);
    List<PoolStatus> told = new ArrayList<>();
    try (Pools pools = shop.open()) {
      pools.onChange(told::add);
      assertThat(shop.directory).isEmptyDirectory();
      assertThat(pools.statuses().getFirst().health())
          .isEqualTo(new PoolHealth.Missing(whyMissing(made.id().pool())));
      assertThat(pools.capacity(Optional.empty())).isEqualTo(Capacity.NONE);
      assertThatThrownBy(() -> pools.create(request("b"))).isInstanceOf(PoolMissing.class);
      assertThatThrownBy(() -> pools.find(made.id())).isInstanceOf(PoolMissing.class);
      assertThatThrownBy(() -> pools.delete(made.id())).isInstanceOf(PoolMissing.class);
      assertThatThrownBy(() -> pools.delete(VolumeId.parse("zzzzzzzz.a").orElseThrow()))
          .isInstanceOf(PoolMissing.class)
          .hasMessageContaining("it may live in a pool that is missing: pool main at");

      Files.delete(shop.directory);
      Files.move(away, shop.directory);
      mountsChange();
      assertThat(pools.get(made.id())).isEqualTo(made);
      assertThat(told)
          .singleElement()
          .extracting(PoolStatus::health)
          .isInstanceOf(PoolHealth.Ready.class);
    }
  }

  @Test
  void a_pool_that_goes_while_it_is_open_is_missing_and_the_listener_is_told() throws IOException {
    Volume made = made("a");
    List<PoolStatus> told = new ArrayList<>();
    try (Pools pools = shop.open()) {
      pools.onChange(told::add);
      Path away = shop.directory.resolveSibling("away");
      Files.move(shop.directory, away);
      Files.createDirectory(shop.directory);
      mountsChange();
      assertThat(told)
          .singleElement()
          .extracting(PoolStatus::health)
          .isInstanceOf(PoolHealth.Missing.class);
      assertThatThrownBy(() -> pools.get(made.id()))
          .isInstanceOf(PoolMissing.class)
          .hasMessageContaining("its directory leads elsewhere since the mounts changed");
      Files.delete(shop.directory);
      Files.move(away, shop.directory);
      mountsChange();
      assertThat(told).hasSize(2);
      assertThat(pools.create(request("b")).id().pool()).isEqualTo(made.id().pool());
    }
  }

  @Test
  void nothing_is_said_to_be_gone_when_the_pool_has_just_gone() throws IOException {
    Volume made = made("a");
    try (Pools pools = shop.open()) {
      Files.move(shop.directory, shop.directory.resolveSibling("away"));
      Files.createDirectories(shop.directory.resolve("volumes"));
      assertThatThrownBy(() -> pools.delete(made.id())).isInstanceOf(PoolMissing.class);
      assertThatThrownBy(() -> pools.find(made.id()))
          .isInstanceOf(PoolMissing.class)
          .hasMessageContaining("its directory leads elsewhere since the mounts changed");
    }
  }

  @Test
  void a_pool_that_went_and_came_in_one_change_is_there() throws IOException {
    Volume made = made("a");
    List<PoolStatus> told = new ArrayList<>();
    try (Pools pools = shop.open()) {
      pools.onChange(told::add);
      Path file = shop.directory.resolve("pool.json");
      Path other = Files.copy(file, shop.state.resolve("copy"));
      Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
      mountsChange();
      assertThat(told)
          .singleElement()
          .extracting(PoolStatus::health)
          .isInstanceOf(PoolHealth.Ready.class);
      assertThat(pools.get(made.id())).isEqualTo(made);
      assertThat(pools.create(request("b")).id().pool()).isEqualTo(made.id().pool());
    }
  }

  @Test
  void another_pool_in_the_place_of_a_known_one_is_not_taken_for_it(@TempDir Path elsewhere)
      throws IOException {
    made("a");
    PoolWorkshop other = new PoolWorkshop(elsewhere);
    other.open().close();
    Files.move(shop.directory, shop.directory.resolveSibling("away"));
    Files.move(other.directory, shop.directory);
    try (Pools pools = shop.open()) {
      assertThat(pools.statuses().getFirst().health().toString())
          .contains("is in its place; mount its disk");
    }
  }

  private String whyMissing(PoolId id) {
    return "pool main at "
        + shop.directory
        + ": pool "
        + id
        + " is missing: there is no pool.json; mount its disk there, or remove "
        + shop.state.resolve("pools/main.json")
        + " to forget it";
  }

  private void mountsChange() {
    shop.recorded.mounts().mount("tmpfs", shop.state, "tmpfs", Set.of(), "");
    shop.time.runReady();
  }

  private Volume made(String name) {
    try (Pools pools = shop.open()) {
      return pools.create(request(name));
    }
  }

  private void damaged(Volume volume, String message) {
    try (Pools pools = shop.open()) {
      assertThat(pools.list()).isEmpty();
      assertThat(shop.ready(pools).damaged()).containsExactly(volume.id().name());
      assertThatThrownBy(() -> pools.get(volume.id()))
          .isInstanceOf(Damaged.class)
          .hasMessage(message);
    }
  }

  private static void resize(Path file, long size) throws IOException {
    try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw")) {
      opened.setLength(size);
    }
  }

  private static void moveAndLink(Path file, Path target) throws IOException {
    Files.move(file, target);
    Files.createSymbolicLink(file, target);
  }

  private List<String> everything() throws IOException {
    try (var all = Files.walk(shop.directory)) {
      List<String> found = new ArrayList<>();
      for (Path path : all.sorted().toList()) {
        found.add(
            path
                + " "
                + Files.getLastModifiedTime(path)
                + (path.toString().endsWith(".json")
                    ? Files.readString(path, StandardCharsets.UTF_8)
                    : ""));
      }
      return found;
    }
  }
}
