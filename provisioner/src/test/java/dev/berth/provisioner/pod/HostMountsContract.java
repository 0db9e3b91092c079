package dev.berth.provisioner.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
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
