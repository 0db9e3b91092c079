package dev.berth.storage.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.storage.VolumeException.SystemCallFailed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every mount table does, the kernel's and the one in memory. */
public abstract class MountsContract {
  @TempDir Path dir;
  private Mounts mounts;
  private Path source;
  private Path target;

  protected abstract Mounts mounts();

  @BeforeEach
  void make_two_directories() throws IOException {
    mounts = mounts();
    dir = dir.toRealPath();
    source = Files.createDirectory(dir.resolve("source"));
    target = Files.createDirectory(dir.resolve("target"));
  }

  @AfterEach
  void unmount_all_below() {
    List<MountEntry> left = mounts.table().below(dir);
    left.reversed().forEach(e -> mounts.unmount(e.mountPoint(), Set.of(UnmountFlag.DETACH)));
    assertThat(mounts.table().below(dir)).isEmpty();
  }

  @Test
  void a_bound_target_is_mounted_until_it_is_unmounted() {
    assertThat(mounts.table().at(target)).isEmpty();
    mounts.bind(source, target, Set.of());
    assertThat(mounts.table().at(target)).isPresent();
    mounts.unmount(target, Set.of());
    assertThat(mounts.table().at(target)).isEmpty();
  }

  @Test
  void a_filesystem_shows_its_type_source_options_and_no_root() {
    mounts.mount(
        "berth-test", target, "tmpfs", Set.of(MountFlag.NO_SUID, MountFlag.NO_DEV), "size=64k");
    MountEntry entry = mounts.table().at(target).orElseThrow();
    assertThat(entry.fsType()).isEqualTo("tmpfs");
    assertThat(entry.source()).isEqualTo("berth-test");
    assertThat(entry.root()).isEqualTo("/");
    assertThat(entry.options()).contains("rw", "nosuid", "nodev").doesNotContain("noexec");
    assertThat(entry.superOptions()).contains("rw", "size=64k");
    assertThat(entry.isReadOnly()).isFalse();
    assertThat(mounts.table().ofDevice(entry.device())).containsExactly(entry);
  }

  @Test
  void a_read_only_bind_is_read_only_though_its_source_is_not() {
    mounts.mount("berth-test", source, "tmpfs", Set.of(), "");
    mounts.bind(source, target, Set.of(MountFlag.READ_ONLY, MountFlag.NO_EXEC));
    MountEntry entry = mounts.table().at(target).orElseThrow();
    assertThat(entry.options()).contains("ro", "noexec");
    assertThat(entry.superOptions()).contains("rw");
    assertThat(mounts.table().at(source).orElseThrow().isReadOnly()).isFalse();
    assertThat(mounts.table().ofDevice(entry.device())).hasSize(2);
  }

  @Test
  void a_bind_keeps_the_restrictions_of_its_source_when_it_gets_more() {
    mounts.mount("berth-test", source, "tmpfs", Set.of(MountFlag.NO_SUID), "");
    mounts.bind(source, target, Set.of(MountFlag.READ_ONLY));
    assertThat(mounts.table().at(target).orElseThrow().options()).contains("ro", "nosuid");
  }

  @Test
  void a_bind_of_a_folder_says_which_folder_of_the_filesystem_it_is() throws IOException {
    mounts.mount("berth-test", source, "tmpfs", Set.of(), "");
    Path folder = Files.createDirectory(source.resolve("folder"));
    mounts.bind(folder, target, Set.of());
    assertThat(mounts.table().at(target).orElseThrow().root()).isEqualTo("/folder");
  }

  @Test
  void a_file_is_bound_to_a_file() throws IOException {
    Path from = Files.createFile(dir.resolve("from"));
    Path to = Files.createFile(dir.resolve("to"));
    mounts.bind(from, to, Set.of());
    assertThat(mounts.table().at(to)).isPresent();
  }

  @Test
  void the_mounts_below_come_along_only_with_a_recursive_bind() throws IOException {
    Path below = Files.createDirectory(source.resolve("below"));
    mounts.mount("berth-test", below, "tmpfs", Set.of(), "");
    mounts.bind(source, target, Set.of());
    assertThat(mounts.table().below(target)).hasSize(1);
    mounts.unmount(target, Set.of());
    mounts.bind(source, target, Set.of(MountFlag.RECURSIVE));
    assertThat(mounts.table().below(target))
        .extracting(MountEntry::mountPoint)
        .containsExactlyInAnyOrder(target, target.resolve("below"));
  }

  @Test
  void of_two_mounts_on_one_target_the_later_is_seen_and_goes_first() {
    mounts.mount("first", target, "tmpfs", Set.of(), "");
    mounts.mount("second", target, "tmpfs", Set.of(), "");
    assertThat(mounts.table().at(target).orElseThrow().source()).isEqualTo("second");
    mounts.unmount(target, Set.of());
    assertThat(mounts.table().at(target).orElseThrow().source()).isEqualTo("first");
  }

  @Test
  void propagation_is_what_was_asked_for() {
    mounts.mount("berth-test", target, "tmpfs", Set.of(), "");
    mounts.propagation(target, Propagation.SHARED);
    assertThat(mounts.table().at(target).orElseThrow().isShared()).isTrue();
    mounts.propagation(target, Propagation.PRIVATE);
    assertThat(mounts.table().at(target).orElseThrow().tags()).isEmpty();
    mounts.propagation(target, Propagation.UNBINDABLE);
    assertThat(mounts.table().at(target).orElseThrow().tags()).containsExactly("unbindable");
  }

  @Test
  void unmounting_what_is_not_mounted_is_EINVAL() {
    assertThatThrownBy(() -> mounts.unmount(target, Set.of()))
        .isInstanceOf(SystemCallFailed.class)
        .hasMessage("umount2 " + target + ": EINVAL (Invalid argument)");
  }

  @Test
  void unmounting_what_is_not_there_is_ENOENT() {
    Path missing = dir.resolve("missing");
    assertThatThrownBy(() -> mounts.unmount(missing, Set.of()))
        .hasMessage("umount2 " + missing + ": ENOENT (No such file or directory)");
  }

  @Test
  void a_mount_with_another_below_it_is_EBUSY_unless_it_is_detached() throws IOException {
    mounts.mount("berth-test", target, "tmpfs", Set.of(), "");
    Path below = Files.createDirectories(target.resolve("below"));
    mounts.mount("below", below, "tmpfs", Set.of(), "");
    assertThatThrownBy(() -> mounts.unmount(target, Set.of()))
        .hasMessage("umount2 " + target + ": EBUSY (Device or resource busy)");
    mounts.unmount(target, Set.of(UnmountFlag.DETACH));
    assertThat(mounts.table().below(dir)).isEmpty();
  }

  @Test
  void binding_a_missing_source_is_ENOENT() {
    Path missing = dir.resolve("missing");
    assertThatThrownBy(() -> mounts.bind(missing, target, Set.of(MountFlag.READ_ONLY)))
        .hasMessage(
            "mount --bind "
                + missing
                + " on "
                + target
                + " (ro): ENOENT (No such file or directory)");
  }

  @Test
  void binding_a_directory_to_a_file_is_ENOTDIR() throws IOException {
    Path file = Files.createFile(dir.resolve("file"));
    assertThatThrownBy(() -> mounts.bind(source, file, Set.of()))
        .hasMessage("mount --bind " + source + " on " + file + ": ENOTDIR (Not a directory)");
  }

  @Test
  void what_is_mounted_at_a_place_is_told_with_its_device_and_whether_it_can_be_written() {
    assertThat(mounts.mountedAt(target)).isEmpty();
    assertThat(mounts.mountedAt(dir.resolve("missing"))).isEmpty();
    mounts.mount("berth-test", source, "tmpfs", Set.of(), "");
    mounts.bind(source, target, Set.of(MountFlag.READ_ONLY));
    DeviceNumber device = mounts.table().at(source).orElseThrow().device();
    assertThat(mounts.mountedAt(source)).contains(new Mounts.Mounted(device, false));
    assertThat(mounts.mountedAt(target)).contains(new Mounts.Mounted(device, true));
    mounts.unmount(target, Set.of());
    assertThat(mounts.mountedAt(target)).isEmpty();
  }

  @Test
  void a_filesystem_is_found_wherever_it_is_mounted_at_every_moment() throws IOException {
    mounts.mount("berth-test", source, "tmpfs", Set.of(), "");
    DeviceNumber device = mounts.table().at(source).orElseThrow().device();
    assertThat(mounts.mountPointsOf(device)).containsExactly(source);
    Path odd = Files.createDirectory(dir.resolve("a b\\c"));
    mounts.bind(source, odd, Set.of());
    mounts.bind(source, target, Set.of());
    assertThat(mounts.mountPointsOf(device)).containsExactlyInAnyOrder(source, odd, target);
    mounts.unmount(odd, Set.of());
    assertThat(mounts.mountPointsOf(device)).containsExactlyInAnyOrder(source, target);
  }

  @Test
  void a_bound_file_is_found_by_its_name_in_its_filesystem() throws IOException {
    mounts.mount("berth-test", source, "tmpfs", Set.of(), "");
    Path from = Files.createFile(source.resolve("berth-" + dir.getFileName()));
    Path to = Files.createFile(dir.resolve("to"));
    assertThat(mounts.mountPointsOfName(from.getFileName().toString())).isEmpty();
    mounts.bind(from, to, Set.of());
    assertThat(mounts.mountPointsOfName(from.getFileName().toString())).containsExactly(to);
  }

  @Test
  void a_watch_tells_of_a_mount_and_of_its_end() {
    AtomicInteger told = new AtomicInteger();
    try (Mounts.Watch _ = mounts.watch(told::incrementAndGet)) {
      mounts.mount("berth-test", target, "tmpfs", Set.of(), "");
      await(() -> told.get() >= 1);
      int before = told.get();
      mounts.unmount(target, Set.of());
      await(() -> told.get() > before);
    }
  }

  private static void await(Callable<Boolean> condition) {
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(condition);
  }
}
