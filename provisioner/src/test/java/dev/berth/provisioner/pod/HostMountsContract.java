package dev.berth.provisioner.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every {@link HostMounts} does: the one that tests use, and the one over the kernel. */
public abstract class HostMountsContract {
  private static final long MEBIBYTE = 1L << 20;

  @TempDir Path temporary;
  private Path dir = Path.of("/");
  private HostMounts mounts = new FakeHostMounts();

  /** The one under test. */
  protected abstract HostMounts mounts();

  /** The size, in bytes, of the filesystem mounted there. */
  protected abstract long sizeOf(Path target) throws IOException;

  @BeforeEach
  void start() throws IOException {
    dir = temporary.toRealPath();
    mounts = mounts();
  }

  @AfterEach
  void nothing_stays_mounted() {
    mounts.mountsBelow(dir).reversed().forEach(mounts::unmount);
  }

  private Path folder(String name) throws IOException {
    return Files.createDirectories(dir.resolve(name));
  }

  @Test
  void a_tmpfs_is_mounted_until_it_is_unmounted() throws IOException {
    Path target = folder("target");
    assertThat(mounts.isMounted(target)).isFalse();
    mounts.tmpfs(target, OptionalLong.empty());
    assertThat(mounts.isMounted(target)).isTrue();
    mounts.unmount(target);
    assertThat(mounts.isMounted(target)).isFalse();
  }

  @Test
  void everybody_may_write_into_a_tmpfs() throws IOException {
    Path target = folder("target");
    mounts.tmpfs(target, OptionalLong.empty());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target)))
        .isEqualTo("rwxrwxrwx");
  }

  @Test
  void only_its_owner_may_write_into_a_tmpfs_for_content() throws IOException {
    Path target = folder("target");
    mounts.contentTmpfs(target);
    assertThat(mounts.isMounted(target)).isTrue();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target)))
        .isEqualTo("rwxr-xr-x");
  }

  @Test
  void a_folder_is_bound_to_another() throws IOException {
    Path target = folder("target");
    mounts.bind(folder("source"), target, List.of());
    assertThat(mounts.isMounted(target)).isTrue();
    mounts.unmount(target);
    Path absent = dir.resolve("absent");
    assertThatThrownBy(() -> mounts.bind(absent, target, List.of()))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(absent.toString());
  }

  @Test
  void a_share_of_a_server_that_does_not_answer_is_refused_by_name() throws IOException {
    Path target = folder("target");
    NfsShare share = NfsShare.of("127.0.0.1", "/nowhere", List.of("port=1"), false);
    assertThatThrownBy(() -> mounts.nfs(share, target))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("nfs 127.0.0.1:/nowhere: nothing answers");
    assertThat(mounts.isMounted(target)).isFalse();
  }

  @Test
  void a_part_of_a_volume_is_bound_to_a_place_like_it() throws IOException {
    Path volume = folder("volume");
    Files.writeString(Files.createDirectories(volume.resolve("a/b")).resolve("file"), "x");
    Files.createSymbolicLink(volume.resolve("link"), Path.of("a/b/file"));
    mounts.bindPart(volume, Path.of("a/b"), dir.resolve("0"), List.of("ro"));
    mounts.bindPart(volume, Path.of("link"), dir.resolve("1"), List.of());
    mounts.bindPart(volume, Path.of("a/new/one"), dir.resolve("2"), List.of());
    assertThat(dir.resolve("0")).isDirectory();
    assertThat(dir.resolve("1")).isRegularFile();
    assertThat(volume.resolve("a/new/one")).isDirectory();
    assertThat(mounts.mountsBelow(dir))
        .containsExactlyInAnyOrder(dir.resolve("0"), dir.resolve("1"), dir.resolve("2"));
  }

  @Test
  void a_part_that_leads_out_of_its_volume_is_refused() throws IOException {
    Path volume = folder("volume");
    Path outside = folder("outside");
    Files.createSymbolicLink(volume.resolve("relative"), Path.of("../outside"));
    Files.createSymbolicLink(volume.resolve("absolute"), outside);
    for (String part : List.of("relative", "absolute", "relative/new", "../outside")) {
      assertThatThrownBy(() -> mounts.bindPart(volume, Path.of(part), dir.resolve("0"), List.of()))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageEndingWith(part + " leads out of the volume " + volume + "; correct it");
    }
    assertThat(mounts.mountsBelow(dir)).isEmpty();
    assertThat(outside).isEmptyDirectory();
  }

  @Test
  void a_tmpfs_has_the_size_that_was_asked() throws IOException {
    Path target = folder("target");
    mounts.tmpfs(target, OptionalLong.of(8 * MEBIBYTE));
    assertThat(sizeOf(target)).isEqualTo(8 * MEBIBYTE);
  }

  @Test
  void what_is_not_mounted_may_be_unmounted_and_stays() throws IOException {
    Path target = folder("target");
    mounts.unmount(target);
    assertThat(target).isDirectory();
  }

  @Test
  void of_two_mounts_on_one_path_the_upper_one_is_unmounted() throws IOException {
    Path target = folder("target");
    mounts.tmpfs(target, OptionalLong.empty());
    mounts.tmpfs(target, OptionalLong.empty());
    mounts.unmount(target);
    assertThat(mounts.isMounted(target)).isTrue();
  }

  @Test
  void mounts_below_a_folder_are_those_strictly_below_it() throws IOException {
    Path inner = folder("a/b/c");
    Path itself = folder("a");
    Path neighbour = folder("ab");
    mounts.tmpfs(inner, OptionalLong.empty());
    mounts.tmpfs(neighbour, OptionalLong.empty());
    assertThat(mounts.mountsBelow(itself)).containsExactly(inner);
    assertThat(mounts.mountsBelow(inner)).isEmpty();
    assertThat(mounts.mountsBelow(dir)).containsExactlyInAnyOrder(inner, neighbour);
  }

  @Test
  void nothing_is_mounted_below_a_folder_that_does_not_exist() {
    assertThat(mounts.mountsBelow(dir.resolve("absent"))).isEmpty();
    assertThat(mounts.isMounted(dir.resolve("absent"))).isFalse();
  }

  @Test
  void a_name_with_a_space_is_found_again() throws IOException {
    Path target = folder("with space");
    mounts.tmpfs(target, OptionalLong.empty());
    assertThat(mounts.mountsBelow(dir)).containsExactly(target);
  }

  @Test
  void a_tmpfs_on_a_path_that_does_not_exist_is_refused_by_name() {
    Path absent = dir.resolve("absent");
    assertThatThrownBy(() -> mounts.tmpfs(absent, OptionalLong.empty()))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(absent.toString());
  }
}
