package dev.berth.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.storage.VolumeException.OutOfRange;
import dev.berth.storage.linux.Linux;
import dev.berth.storage.linux.LoopFilesystem;
import dev.berth.storage.linux.LoopFilesystem.Kind;
import dev.berth.storage.linux.MountEntry;
import dev.berth.storage.linux.Programs.Output;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What holds of limited directory volumes on each filesystem whose kernel keeps the limits. */
abstract class LimitedDirectories {
  static final Linux LINUX = Linux.real();
  static final Bytes SIZE = Bytes.ofMiB(16);

  LoopFilesystem filesystem;
  Pools pools;
  private ScheduledExecutorService background;
  private Path directory;

  abstract Kind kind();

  abstract List<String> mkfsOptions();

  abstract String mountOptions();

  @BeforeEach
  void start(@TempDir Path temporary) throws IOException {
    directory = temporary.toRealPath();
    background = Executors.newSingleThreadScheduledExecutor();
    filesystem =
        LoopFilesystem.make(
            LINUX, kind(), Bytes.ofMiB(512), directory, mkfsOptions(), mountOptions());
    pools = open();
  }

  @AfterEach
  void stop() {
    LINUX.mounts().table().below(directory.resolve("pods")).reversed().stream()
        .map(MountEntry::mountPoint)
        .forEach(this::unpublish);
    pools.close();
    background.close();
    filesystem.close();
  }

  final Pools open() {
    return Pools.open(
        List.of(PoolSettings.of(new PoolName("main"), filesystem.path(), true)),
        LINUX,
        PoolsContext.of(directory.resolve("state"), InstantSource.system(), background));
  }

  static CreateRequest request(String name) {
    return PoolWorkshop.holding(
        PoolWorkshop.request(name, SIZE), new Content.Directory(Limit.ENFORCED));
  }

  final Volume make(String name) {
    return pools.create(request(name));
  }

  /** As a pod sees it: at a mount of its own. */
  final Path publish(Volume volume) throws IOException {
    Path target = Files.createDirectories(directory.resolve("pods/" + volume.id().name()));
    LINUX.mounts().bind(volume.image(), target, Set.of());
    return target;
  }

  final void unpublish(Path target) {
    LINUX.mounts().unmount(target, Set.of());
  }

  /** As root of a container, who has not the capability that ext4 exempts from limits. */
  static Output write(Path file, int mebibytes) {
    return LINUX
        .programs()
        .run(
            List.of(
                "setpriv",
                "--inh-caps=-sys_resource",
                "--bounding-set=-sys_resource",
                "dd",
                "if=/dev/zero",
                "of=" + file,
                "bs=64k",
                "conv=fsync",
                "count=" + mebibytes * 16),
            Duration.ofMinutes(1));
  }

  final Bytes used(Volume volume) {
    LINUX.files().syncFilesystem(filesystem.path());
    return pools.usage(volume).orElseThrow().bytes();
  }

  @Test
  void nobody_writes_more_than_the_size_and_the_neighbour_does_not_notice() throws IOException {
    Volume volume = make("one");
    Volume neighbour = make("other");
    Path target = publish(volume);
    Path other = publish(neighbour);
    try {
      assertThat(write(target.resolve("file"), 12).succeeded()).isTrue();
      assertThat(write(target.resolve("more"), 12).succeeded()).isFalse();
      assertThat(used(volume)).isBetween(Bytes.ofMiB(11), SIZE);
      assertThat(write(other.resolve("file"), 12).succeeded()).isTrue();
    } finally {
      unpublish(target);
      unpublish(other);
    }
  }

  @Test
  void an_expanded_limit_holds_at_once_and_it_shrinks_to_no_less_than_is_used() throws IOException {
    Volume volume = make("one");
    Path target = publish(volume);
    try {
      pools.expand(volume.id(), SizeRange.of(Bytes.ofMiB(64)));
      assertThat(write(target.resolve("file"), 40).succeeded()).isTrue();
      assertThat(used(volume)).isBetween(Bytes.ofMiB(40), Bytes.ofMiB(41));
      SizeRange tooSmall = new SizeRange(Bytes.ZERO, Optional.of(Bytes.ofMiB(32)));
      assertThatThrownBy(() -> pools.expand(volume.id(), tooSmall))
          .isInstanceOf(OutOfRange.class)
          .hasMessageContaining("is below what volume %s holds", volume.id());
      SizeRange enough = new SizeRange(Bytes.ZERO, Optional.of(Bytes.ofMiB(44)));
      assertThat(pools.expand(volume.id(), enough).size()).isEqualTo(Bytes.ofMiB(44));
      assertThat(pools.get(volume.id()).size()).isEqualTo(Bytes.ofMiB(44));
      assertThat(write(target.resolve("more"), 12).succeeded()).isFalse();
    } finally {
      unpublish(target);
    }
  }

  @Test
  void the_limit_is_there_again_after_a_restart() throws IOException {
    Volume volume = make("one");
    pools.close();
    LINUX.mounts().unmount(filesystem.path(), Set.of());
    LINUX
        .mounts()
        .mount(
            filesystem.device().path().toString(),
            filesystem.path(),
            kind().fsType(),
            Set.of(),
            mountOptions());
    pools = open();
    Path target = publish(volume);
    try {
      assertThat(write(target.resolve("file"), 24).succeeded()).isFalse();
      assertThat(used(volume)).isBetween(Bytes.ofMiB(14), SIZE);
    } finally {
      unpublish(target);
    }
  }

  @Test
  void what_it_holds_counts_once_and_is_free_again_when_it_is_deleted() throws IOException {
    Bytes before = pools.capacity(Optional.empty()).available();
    Volume volume = make("one");
    Path target = publish(volume);
    assertThat(write(target.resolve("file"), 12).succeeded()).isTrue();
    unpublish(target);
    LINUX.files().syncFilesystem(filesystem.path());
    pools.close();
    pools = open();
    assertThat(pools.capacity(Optional.empty()).available())
        .isBetween(
            before.minus(SIZE).minus(Bytes.ofMiB(8)), before.minus(SIZE).plus(Bytes.ofMiB(2)));
    pools.delete(volume.id());
    Awaitility.await()
        .untilAsserted(() -> assertThat(filesystem.path().resolve("trash")).isEmptyDirectory());
    Volume again = make("one");
    assertThat(used(again)).isLessThan(Bytes.ofMiB(1));
  }
}
