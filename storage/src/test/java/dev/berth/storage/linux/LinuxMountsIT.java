package dev.berth.storage.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class LinuxMountsIT extends MountsContract {
  private static final Linux LINUX = Linux.real();

  @Override
  protected Mounts mounts() {
    return LINUX.mounts();
  }

  @Test
  void the_size_of_a_tmpfs_is_what_its_data_says() throws IOException {
    Path target = Files.createDirectory(dir.resolve("small"));
    LINUX.mounts().mount("berth-test", target, "tmpfs", Set.of(), "size=64k");
    assertThat(LINUX.files().statfs(target).size()).hasToString("64Ki");
    assertThat(LINUX.files().statfs(target).type()).isEqualTo(StatFs.TMPFS);
  }

  @Test
  void nothing_can_be_written_through_a_read_only_bind() throws IOException {
    Path from = Files.createDirectory(dir.resolve("writable"));
    Path to = Files.createDirectory(dir.resolve("not-writable"));
    LINUX.mounts().bind(from, to, Set.of(MountFlag.READ_ONLY));
    Files.createFile(from.resolve("file"));
    assertThat(to.resolve("file")).exists();
    assertThatThrownBy(() -> Files.createFile(to.resolve("other")))
        .hasMessageContaining("Read-only file system");
  }

  @Test
  void a_mount_point_with_a_space_a_backslash_and_a_letter_is_found() throws IOException {
    Path odd = Files.createDirectory(dir.resolve("a b\\040c\td"));
    LINUX.mounts().mount("berth test", odd, "tmpfs", Set.of(), "");
    assertThat(LINUX.mounts().table().at(odd).orElseThrow().source()).isEqualTo("berth test");
  }

  @Test
  void an_unknown_filesystem_is_ENODEV() {
    assertThatThrownBy(() -> LINUX.mounts().mount("x", dir, "nosuchfs", Set.of(), "a=b"))
        .hasMessage("mount x on " + dir + " type nosuchfs (a=b): ENODEV (No such device)");
  }

  @Test
  void a_mount_below_a_shared_one_appears_at_its_peer() throws IOException {
    Path one = Files.createDirectory(dir.resolve("one"));
    Path two = Files.createDirectory(dir.resolve("two"));
    LINUX.mounts().mount("berth-test", one, "tmpfs", Set.of(), "");
    LINUX.mounts().propagation(one, Propagation.SHARED);
    LINUX.mounts().bind(one, two, Set.of());
    Path below = Files.createDirectory(one.resolve("below"));
    LINUX.mounts().mount("below", below, "tmpfs", Set.of(), "");
    assertThat(LINUX.mounts().table().at(two.resolve("below"))).isPresent();
    LINUX.mounts().unmount(below, Set.of());
    assertThat(LINUX.mounts().table().at(two.resolve("below"))).isEmpty();
  }

  @Test
  void a_read_only_bind_is_read_only_at_the_peers_too() throws IOException {
    Path one = Files.createDirectory(dir.resolve("one"));
    Path two = Files.createDirectory(dir.resolve("two"));
    LINUX.mounts().mount("berth-test", one, "tmpfs", Set.of(), "");
    LINUX.mounts().propagation(one, Propagation.SHARED);
    LINUX.mounts().bind(one, two, Set.of());
    Path below = Files.createDirectory(one.resolve("below"));
    Path from = Files.createDirectory(one.resolve("from"));
    LINUX
        .mounts()
        .bind(from, below, Set.of(MountFlag.READ_ONLY, MountFlag.NO_EXEC, MountFlag.NO_ATIME));
    for (Path seen : List.of(below, two.resolve("below"))) {
      assertThat(LINUX.mounts().table().at(seen).orElseThrow().options())
          .contains("ro", "noexec", "noatime")
          .doesNotContain("relatime");
    }
    LINUX.mounts().unmount(below, Set.of());
    assertThat(LINUX.mounts().table().at(two.resolve("below"))).isEmpty();
  }

  @Test
  void a_symbolic_link_is_not_followed_to_an_unmount() throws IOException {
    Path target = Files.createDirectory(dir.resolve("real"));
    Path link = Files.createSymbolicLink(dir.resolve("link"), target);
    LINUX.mounts().mount("berth-test", target, "tmpfs", Set.of(), "");
    assertThatThrownBy(() -> LINUX.mounts().unmount(link, Set.of()))
        .hasMessage("umount2 " + link + ": EINVAL (Invalid argument)");
    assertThat(LINUX.mounts().table().at(target)).isPresent();
  }

  @Test
  void a_watch_survives_a_listener_that_fails_and_ends_with_its_close() throws IOException {
    Path target = Files.createDirectory(dir.resolve("watched"));
    AtomicInteger told = new AtomicInteger();
    Runnable failing =
        () -> {
          told.incrementAndGet();
          throw new IllegalStateException("this listener always fails");
        };
    Set<Thread> before = watchers();
    try (Mounts.Watch _ = LINUX.mounts().watch(failing)) {
      assertThat(watchers()).hasSize(before.size() + 1);
      LINUX.mounts().mount("berth-test", target, "tmpfs", Set.of(), "");
      Awaitility.await().until(() -> told.get() >= 1);
      int first = told.get();
      LINUX.mounts().unmount(target, Set.of());
      Awaitility.await().until(() -> told.get() > first);
    }
    Awaitility.await().until(() -> watchers().equals(before));
  }

  private static Set<Thread> watchers() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("mount-watch"))
        .collect(Collectors.toSet());
  }
}
