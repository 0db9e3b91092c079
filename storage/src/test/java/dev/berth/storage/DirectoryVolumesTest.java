package dev.berth.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.storage.VolumeException.Damaged;
import dev.berth.storage.VolumeException.Invalid;
import dev.berth.storage.VolumeException.NotNow;
import dev.berth.storage.VolumeException.OutOfRange;
import dev.berth.storage.VolumeException.OutOfSpace;
import dev.berth.storage.VolumeException.SystemCallFailed;
import dev.berth.storage.linux.Linux;
import dev.berth.storage.linux.ProjectId;
import dev.berth.storage.linux.ProjectQuotas.Enforcement;
import dev.berth.storage.linux.QuotaLimits;
import dev.berth.storage.linux.recorded.FaultyLinux;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Volumes that are directories, in a pool whose filesystem keeps no limits. */
class DirectoryVolumesTest {
  private static final Content ADVISORY = new Content.Directory(Limit.ADVISORY);
  private static final Bytes SIZE = Bytes.ofMiB(8);
  private static final Set<String> CHANGES =
      Set.of("assign", "limit", "usage", "syncDirectory", "syncFile", "renameNoReplace");

  private PoolWorkshop shop;

  @BeforeEach
  void workshop(@TempDir Path temporary) {
    shop = new PoolWorkshop(temporary);
  }

  private static CreateRequest directory(String name) {
    return PoolWorkshop.holding(PoolWorkshop.request(name, SIZE), ADVISORY);
  }

  @Test
  void one_is_a_folder_beside_its_record_and_is_found_by_the_next_process() throws IOException {
    Volume made;
    try (Pools pools = shop.open()) {
      made = pools.create(directory("pvc-1"));
      assertThat(pools.create(directory("pvc-1"))).isEqualTo(made);
      assertThat(made.image()).isEqualTo(shop.directory.resolve("volumes/pvc-1/data"));
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made.image())))
          .isEqualTo("rwxr-xr-x");
      assertThat(shop.names("volumes/pvc-1")).containsExactly("data", "volume.json");
      assertThat(shop.drafts()).isEmpty();
      assertThat(shop.ready(pools).promised()).isEqualTo(SIZE);
    }
    try (Pools pools = shop.open()) {
      assertThat(pools.get(made.id())).isEqualTo(made);
      assertThat(shop.ready(pools).promised()).isEqualTo(SIZE);
    }
  }

  @Test
  void expanding_changes_what_it_counts_and_no_file() {
    try (Pools pools = shop.open()) {
      Volume made = pools.create(directory("pvc-1"));
      Volume grown = pools.expand(made.id(), SizeRange.of(Bytes.ofMiB(16)));
      assertThat(grown.size()).isEqualTo(Bytes.ofMiB(16));
      assertThat(shop.ready(pools).promised()).isEqualTo(Bytes.ofMiB(16));
      assertThatThrownBy(() -> pools.expand(made.id(), SizeRange.of(Bytes.ofGiB(1))))
          .isInstanceOf(OutOfRange.class);
      assertThat(pools.get(made.id()).size()).isEqualTo(Bytes.ofMiB(16));
    }
  }

  @Test
  void a_deleted_one_is_emptied_with_all_that_lies_in_it() throws IOException {
    try (Pools pools = shop.open()) {
      Volume made = pools.create(directory("pvc-1"));
      Files.createDirectories(made.image().resolve("a/b"));
      Files.writeString(made.image().resolve("a/b/file"), "data");
      Path outside = Files.writeString(shop.state.resolveSibling("outside"), "kept");
      Files.createSymbolicLink(made.image().resolve("link"), outside.getParent());
      pools.delete(made.id());
      pools.delete(made.id());
      assertThat(pools.find(made.id())).isEmpty();
      shop.time.advance(Duration.ofSeconds(1));
      assertThat(shop.names("trash")).isEmpty();
      assertThat(shop.ready(pools).promised()).isEqualTo(Bytes.ZERO);
      assertThat(outside).hasContent("kept");
    }
  }

  @Test
  void in_the_trash_it_counts_its_size_and_gives_way_to_a_new_volume() {
    try (Pools pools = shop.open()) {
      Volume made = pools.create(PoolWorkshop.keptFor(directory("pvc-1"), Duration.ofDays(1)));
      pools.delete(made.id());
      assertThat(shop.ready(pools).promised()).isEqualTo(SIZE);
    }
    try (Pools pools = shop.open()) {
      assertThat(shop.ready(pools).promised()).isEqualTo(SIZE);
      var _ =
          pools.create(
              PoolWorkshop.holding(PoolWorkshop.request("pvc-2", PoolWorkshop.SIZE), ADVISORY));
      assertThat(shop.names("trash")).isEmpty();
    }
  }

  @Test
  void one_that_is_mounted_somewhere_is_not_deleted() throws IOException {
    try (Pools pools = shop.open()) {
      Volume made = pools.create(directory("pvc-1"));
      Path target = Files.createDirectory(shop.state.resolveSibling("target"));
      shop.linux.mounts().bind(made.image(), target, Set.of());
      assertThatThrownBy(() -> pools.delete(made.id()))
          .isInstanceOf(NotNow.class)
          .hasMessage(
              "volume %s is mounted at %s and cannot be deleted; unpublish and unstage it, or unmount it (umount %s)",
              made.id(), target, target);
      shop.linux.mounts().unmount(target, Set.of());
      Path below = Files.createDirectory(made.image().resolve("below"));
      shop.linux.mounts().mount("none", below, "tmpfs", Set.of(), "");
      assertThatThrownBy(() -> pools.delete(made.id()))
          .isInstanceOf(NotNow.class)
          .hasMessage(
              "volume %s has something mounted in it, at %s, and cannot be deleted; unmount that first",
              made.id(), below);
    }
  }

  @Test
  void thin_images_and_directories_of_advisory_size_never_share_a_pool() {
    try (Pools pools = shop.open()) {
      Volume thin = pools.create(PoolWorkshop.request("thin"));
      assertThatThrownBy(() -> pools.create(directory("pvc-1")))
          .isInstanceOf(NotNow.class)
          .hasMessage(
              "no pool can take the volume: pool main: it holds thin images, whose room a directory of advisory size may take; use another pool, or capacity enforced where the pool can keep it");
      assertThat(pools.capacity(Optional.empty(), ADVISORY, Allocation.THIN))
          .isEqualTo(Capacity.NONE);
      pools.delete(thin.id());
      var _ = pools.create(directory("pvc-1"));
      assertThat(pools.capacity(Optional.empty(), ADVISORY, Allocation.THIN).maximumVolume())
          .isEqualTo(PoolWorkshop.SIZE.minus(SIZE));
    }
    try (Pools pools = shop.open()) {
      assertThatThrownBy(() -> pools.create(PoolWorkshop.request("thin")))
          .isInstanceOf(NotNow.class)
          .hasMessage(
              "no pool can take the volume: pool main: it holds directory volumes of advisory size, which may take the room of thin images; use another pool, or allocation thick");
      var _ = pools.create(PoolWorkshop.thick(PoolWorkshop.request("thick")));
    }
  }

  @Test
  void a_limit_that_nobody_would_keep_is_not_promised() {
    CreateRequest enforced =
        PoolWorkshop.holding(directory("pvc-1"), new Content.Directory(Limit.ENFORCED));
    shop.recorded.quotas().enforcement(Enforcement.COUNTED);
    try (Pools pools = shop.open()) {
      assertThatThrownBy(() -> pools.create(enforced))
          .isInstanceOf(NotNow.class)
          .hasMessage(
              "no pool can take the volume: pool main: the size of a directory could not be kept to: its filesystem counts projects and does not limit them; mount it with the option prjquota; use kind image, or say capacity advisory in the class");
      assertThat(shop.ready(pools).promised()).isEqualTo(Bytes.ZERO);
    }
  }

  @Test
  void a_limited_one_is_a_project_of_bytes_and_inodes_until_it_is_gone() {
    CreateRequest enforced =
        PoolWorkshop.holding(directory("pvc-1"), new Content.Directory(Limit.ENFORCED));
    Volume made;
    ProjectId project;
    try (Pools pools = shop.open()) {
      made = pools.create(enforced);
      project = project(made);
      assertThat(limits(project)).isEqualTo(new QuotaLimits(SIZE, 1024));
      assertThat(pools.usage(made)).isPresent();
      var _ = pools.expand(made.id(), SizeRange.of(Bytes.ofMiB(32)));
      assertThat(limits(project)).isEqualTo(new QuotaLimits(Bytes.ofMiB(32), 2048));
      var _ = pools.create(PoolWorkshop.request("thin"));
    }
    shop.linux.quotas().limit(made.image(), project, QuotaLimits.NONE);
    try (Pools pools = shop.open()) {
      assertThat(limits(project)).isEqualTo(new QuotaLimits(Bytes.ofMiB(32), 2048));
      pools.delete(made.id());
      shop.time.advance(Duration.ofSeconds(1));
      assertThat(shop.names("trash")).isEmpty();
      assertThat(limits(project)).isEqualTo(QuotaLimits.NONE);
    }
  }

  @Test
  void whatever_fails_while_making_a_limited_one_nothing_is_left_behind() {
    CreateRequest enforced =
        PoolWorkshop.holding(directory("pvc-1"), new Content.Directory(Limit.ENFORCED));
    Linux good = shop.linux;
    for (int n = 1; ; n++) {
      AtomicBoolean armed = new AtomicBoolean();
      AtomicInteger seen = new AtomicInteger();
      int failing = n;
      shop.linux =
          FaultyLinux.wrap(
              good,
              (call, arguments) -> {
                boolean counts = CHANGES.contains(call);
                if (counts && armed.get() && seen.incrementAndGet() == failing) {
                  throw new SystemCallFailed(call, arguments, "EIO", "planted");
                }
              });
      try (Pools pools = shop.open()) {
        armed.set(true);
        Optional<Volume> made = tried(pools, enforced);
        armed.set(false);
        assertThat(shop.drafts()).isEmpty();
        assertThat(pools.list()).isEqualTo(made.stream().toList());
        assertThat(shop.ready(pools).promised()).isEqualTo(made.isPresent() ? SIZE : Bytes.ZERO);
        if (seen.get() < failing) {
          assertThat(made).isPresent();
          return;
        }
      }
    }
  }

  private static Optional<Volume> tried(Pools pools, CreateRequest request) {
    try {
      return Optional.of(pools.create(request));
    } catch (SystemCallFailed planted) {
      return Optional.empty();
    }
  }

  private ProjectId project(Volume volume) {
    Path file = shop.volumeFile(volume);
    byte[] record = new Disk(shop.linux.files()).read(file);
    return VolumeFile.of(file, record, volume.id(), volume.pool()).project().orElseThrow();
  }

  private QuotaLimits limits(ProjectId project) {
    return shop.linux.quotas().usage(shop.directory, project).limits();
  }

  @Test
  void there_is_a_pool_with_room_or_it_is_refused() {
    try (Pools pools = shop.open()) {
      assertThatThrownBy(
              () ->
                  pools.create(
                      PoolWorkshop.holding(
                          PoolWorkshop.request("pvc-1", Bytes.ofGiB(1)), ADVISORY)))
          .isInstanceOf(OutOfSpace.class);
      assertThat(shop.names("volumes")).isEmpty();
      var _ = pools.create(PoolWorkshop.request("thin"));
    }
  }

  @Test
  void it_is_neither_cut_nor_copied() {
    try (Pools pools = shop.open()) {
      Volume made = pools.create(directory("pvc-1"));
      assertThatThrownBy(() -> pools.snapshots().cut("snap", made.id()))
          .isInstanceOf(Invalid.class)
          .hasMessageContaining("is a directory volume, and pool main cannot cut one");
      assertThatThrownBy(() -> pools.create(directory("copy").from(new Source.OfVolume(made.id()))))
          .isInstanceOf(Invalid.class)
          .hasMessageContaining("is a directory volume, which pool main cannot copy");
      assertThat(shop.names("volumes")).containsExactly("pvc-1");
    }
  }

  @Test
  void one_whose_folder_is_gone_or_a_link_is_damaged() throws IOException {
    try (Pools pools = shop.open()) {
      Volume made = pools.create(directory("pvc-1"));
      Files.delete(made.image());
      assertThatThrownBy(() -> pools.get(made.id()))
          .isInstanceOf(Damaged.class)
          .hasMessage(made.image() + ": the directory is missing; restore it from a backup");
      Files.createSymbolicLink(made.image(), Path.of("/etc"));
      assertThatThrownBy(() -> pools.get(made.id()))
          .isInstanceOf(Damaged.class)
          .hasMessage(made.image() + ": a symbolic link is in the way, and pools have none");
    }
  }

  @Test
  void the_mount_table_tells_which_volume_is_seen_where() throws IOException {
    try (Pools pools = shop.open()) {
      Volume one = pools.create(directory("one"));
      Volume other = pools.create(directory("other"));
      Path target = Files.createDirectory(shop.state.resolveSibling("target"));
      Path sub = Files.createDirectory(one.image().resolve("sub"));
      Path part = Files.createDirectory(shop.state.resolveSibling("part"));
      shop.linux.mounts().bind(one.image(), target, Set.of());
      shop.linux.mounts().bind(sub, part, Set.of());
      DirectoryMounts shown = new DirectoryMounts(shop.linux.mounts());
      assertThat(shown.at(target, one)).isPresent();
      assertThat(shown.at(target, other)).isEmpty();
      assertThat(shown.at(part, one)).isEmpty();
      assertThat(shown.named(target, one.id())).isPresent();
      assertThat(shown.named(target, other.id())).isEmpty();
      assertThat(shown.named(part, one.id())).isEmpty();
      assertThat(shown.of(one)).extracting(m -> m.mountPoint()).containsExactly(target, part);
      assertThat(shown.of(other)).isEmpty();
    }
  }
}
