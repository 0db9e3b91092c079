package dev.berth.provisioner.recycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.provisioner.pod.FakeHostMounts;
import dev.berth.provisioner.pod.NfsShare;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HostRecyclerTest {
  @TempDir private Path dir;

  private final FakeHostMounts mounts = new FakeHostMounts();
  private HostRecycler recycler = new HostRecycler(mounts, Path.of("/nowhere"));

  @BeforeEach
  void realPath() throws IOException {
    dir = dir.toRealPath();
    recycler = new HostRecycler(mounts, dir.resolve("scratch"));
  }

  private void empty(Path path) throws RecycleException {
    recycler.empty(new Contents.HostFolder(path.toString()));
  }

  private static long entries(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.count();
    }
  }

  @Test
  void everything_goes_but_the_folder_itself() throws Exception {
    Path volume = Files.createDirectories(dir.resolve("volume"));
    Files.createDirectories(volume.resolve("a/b/c"));
    Files.writeString(volume.resolve("a/b/c/file"), "x");
    Files.writeString(volume.resolve(".hidden"), "x");
    Files.writeString(volume.resolve("..odd name\n"), "x");
    for (int i : IntStream.range(0, 3000).toArray()) {
      Files.createFile(volume.resolve("many-" + i));
    }
    empty(volume);
    assertThat(entries(volume)).isZero();
    empty(volume); // nothing to do is no fault
  }

  @Test
  void what_links_lead_to_stays() throws Exception {
    Path outside = Files.createDirectories(dir.resolve("outside"));
    Files.writeString(outside.resolve("precious"), "x");
    Path volume = dir.resolve("volume");
    Files.createDirectories(volume.resolve("sub"));
    Files.createSymbolicLink(volume.resolve("out"), outside);
    Files.createSymbolicLink(volume.resolve("sub/up"), Path.of("../../outside"));
    Files.createSymbolicLink(volume.resolve("nowhere"), Path.of("nowhere"));
    empty(volume);
    assertThat(entries(volume)).isZero();
    assertThat(outside.resolve("precious")).hasContent("x");
  }

  @Test
  void a_path_through_a_link_is_refused() throws Exception {
    Path outside = Files.createDirectories(dir.resolve("outside"));
    Files.writeString(outside.resolve("precious"), "x");
    Path link = Files.createSymbolicLink(dir.resolve("link"), outside);
    assertThatThrownBy(() -> empty(link))
        .isInstanceOf(RecycleException.class)
        .hasMessage(link + ": a symbolic link, which is not followed");
    assertThat(outside.resolve("precious")).exists();
  }

  /** Someone in the volume swaps a folder for a link, again and again, while it is emptied. */
  @Test
  void a_folder_that_becomes_a_link_meanwhile_leads_nowhere() throws Exception {
    Path outside = Files.createDirectories(dir.resolve("outside"));
    Files.writeString(outside.resolve("precious"), "x");
    Path volume = Files.createDirectories(dir.resolve("volume"));
    AtomicBoolean stop = new AtomicBoolean();
    Thread villain = Thread.ofPlatform().start(() -> swap(volume.resolve("trap"), outside, stop));
    for (int i = 0; i < 200; i++) {
      try {
        empty(volume);
      } catch (RecycleException _) {
        // it may be caught in the act; what counts is what is outside
      }
    }
    stop.set(true);
    villain.join();
    assertThat(outside.resolve("precious")).exists();
  }

  private static void swap(Path trap, Path outside, AtomicBoolean stop) {
    while (!stop.get()) {
      try {
        Files.createDirectory(trap);
        Files.createFile(trap.resolve("precious"));
        Files.delete(trap.resolve("precious"));
        Files.delete(trap);
        Files.createSymbolicLink(trap, outside);
        Files.delete(trap);
      } catch (IOException _) {
        // the recycler was quicker
      }
    }
  }

  @Test
  void a_mount_below_is_not_emptied() throws Exception {
    Path volume = Files.createDirectories(dir.resolve("volume"));
    Path inside = Files.createDirectories(volume.resolve("inside"));
    mounts.tmpfs(inside, OptionalLong.empty());
    Files.createFile(inside.resolve("precious"));
    assertThatThrownBy(() -> empty(volume))
        .hasMessage(inside + " is mounted below " + volume + " and would be emptied; unmount it");
    assertThat(inside.resolve("precious")).exists();
    mounts.unmount(inside);
  }

  @Test
  void what_is_no_folder_of_its_own_is_refused() {
    for (String path : new String[] {"/", "relative", "/a/../b"}) {
      assertThatThrownBy(() -> recycler.empty(new Contents.HostFolder(path)))
          .hasMessage(
              "spec.hostPath.path \""
                  + path
                  + "\" must be an absolute path, without '..' and not /");
    }
    Path missing = dir.resolve("missing");
    assertThatThrownBy(() -> empty(missing)).hasMessage(missing + ": no such file or folder");
  }

  private static Contents.NfsExport export(String... options) {
    return new Contents.NfsExport("files", "/srv/data", List.of(options));
  }

  private List<Path> scratch() throws IOException {
    try (Stream<Path> all = Files.list(dir.resolve("scratch"))) {
      return all.toList();
    }
  }

  @Test
  void a_share_is_mounted_emptied_and_let_go() throws Exception {
    Path precious = Files.writeString(dir.resolve("precious"), "x");
    AtomicReference<NfsShare> mounted = new AtomicReference<>();
    mounts.server("files", true);
    mounts.onShare(
        (share, target) -> {
          mounted.set(share);
          try {
            Files.writeString(Files.createDirectories(target.resolve("a/b")).resolve("file"), "x");
            Files.createSymbolicLink(target.resolve("out"), precious);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
    recycler.empty(export("ro", "vers=4.1"));
    assertThat(mounted.get())
        .isEqualTo(new NfsShare("files", "/srv/data", List.of(), List.of("4.1")));
    assertThat(scratch()).isEmpty();
    assertThat(mounts.mountsBelow(dir)).isEmpty();
    assertThat(precious).hasContent("x");
  }

  @Test
  void what_a_killed_process_left_mounted_goes_first() throws Exception {
    Path left = Files.createDirectories(dir.resolve("scratch/share-1"));
    mounts.tmpfs(left, OptionalLong.empty());
    mounts.server("files", true);
    recycler.empty(export());
    assertThat(scratch()).isEmpty();
    assertThat(mounts.mountsBelow(dir)).isEmpty();
  }

  @Test
  void a_share_that_cannot_be_mounted_is_not_emptied() throws Exception {
    assertThatThrownBy(() -> recycler.empty(export()))
        .isInstanceOf(RecycleException.class)
        .hasMessage("nfs files:/srv/data: nothing answers; start the server");
    assertThat(scratch()).isEmpty();
    assertThatThrownBy(() -> recycler.empty(export("vers=3")))
        .hasMessage(
            "mount option vers=3: must be 4, 4.0, 4.1 or 4.2; older versions need daemons"
                + " beside the kernel");
  }

  @Test
  void a_share_that_was_unmounted_meanwhile_does_not_count_as_emptied() {
    mounts.server("files", true);
    mounts.onShare((_, target) -> mounts.unmount(target));
    assertThatThrownBy(() -> recycler.empty(export()))
        .hasMessage("nfs files:/srv/data: was unmounted while it was emptied; it is tried again");
  }
}
