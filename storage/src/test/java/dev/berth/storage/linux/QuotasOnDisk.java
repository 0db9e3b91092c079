package dev.berth.storage.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.storage.Bytes;
import dev.berth.storage.linux.LoopFilesystem.Kind;
import dev.berth.storage.linux.Programs.Output;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What holds on each filesystem that has project quotas; needs a kernel that has them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class QuotasOnDisk extends ProjectQuotasContract {
  static final Linux LINUX = Linux.real();
  static final Bytes LIMIT = Bytes.ofMiB(8);
  private static final String NOBODY = "65534";

  private LoopFilesystem filesystem;

  abstract Kind kind();

  abstract List<String> mkfsOptions();

  @BeforeAll
  void mount(@TempDir Path temporary) throws IOException {
    open(temporary);
    filesystem =
        LoopFilesystem.make(LINUX, kind(), Bytes.ofMiB(320), temporary, mkfsOptions(), "prjquota");
  }

  @AfterAll
  void unmount() {
    filesystem.close();
  }

  @Override
  protected Path makeDirectory() throws IOException {
    return open(Files.createTempDirectory(filesystem.path(), "volume"));
  }

  @Override
  protected ProjectQuotas quotas() {
    return LINUX.quotas();
  }

  @Override
  protected void settle() {
    LINUX.files().syncFilesystem(directory());
  }

  @Test
  void a_kernel_before_5_14_is_asked_by_the_device() {
    QuotaControl control = new QuotaControl(Kernel.load(), LINUX.files());
    byte[] limits = QuotaStructures.encode(new QuotaLimits(LIMIT, 12));
    control.byDevice("Q_SETQUOTA", 0x800008, directory(), project(), limits);
    assertThat(quotas().usage(directory(), project()).limits())
        .isEqualTo(new QuotaLimits(LIMIT, 12));
  }

  @Test
  void who_frees_room_may_write_again() throws IOException {
    limit(new QuotaLimits(LIMIT, 0));
    assertThat(write("nobody", "first", 7).succeeded()).isTrue();
    assertThat(write("nobody", "second", 7).succeeded()).isFalse();
    Files.delete(directory().resolve("first"));
    Files.delete(directory().resolve("second"));
    assertThat(write("nobody", "third", 7).succeeded()).isTrue();
  }

  @Test
  void a_raised_limit_holds_at_once() {
    limit(new QuotaLimits(LIMIT, 0));
    assertThat(write("nobody", "file", 12).succeeded()).isFalse();
    quotas().limit(directory(), project(), new QuotaLimits(LIMIT.times(2), 0));
    assertThat(write("nobody", "file", 12).succeeded()).isTrue();
  }

  @Test
  void the_neighbour_is_not_limited() throws IOException {
    limit(new QuotaLimits(LIMIT, 0));
    Path neighbour = open(Files.createTempDirectory(filesystem.path(), "neighbour"));
    assertThat(run("nobody", neighbour.resolve("file"), 32).succeeded()).isTrue();
  }

  @Test
  void no_more_files_than_inodes() throws IOException {
    limit(new QuotaLimits(Bytes.ZERO, 3));
    assertThat(write("nobody", "one", 1).succeeded()).isTrue();
    assertThat(write("nobody", "two", 1).succeeded()).isTrue();
    assertThat(write("nobody", "three", 1).oneLine()).contains(refusal());
    assertThat(quotas().usage(directory(), project()).inodes()).isEqualTo(3);
  }

  @Test
  void a_user_is_stopped_at_the_limit() {
    limit(new QuotaLimits(LIMIT, 0));
    assertThat(write("nobody", "file", 32).oneLine()).contains(refusal());
    settle();
    assertThat(quotas().usage(directory(), project()).bytes())
        .isBetween(LIMIT.minus(Bytes.ofMiB(1)), LIMIT);
  }

  @Test
  void limits_and_usage_are_there_after_a_mount() {
    limit(new QuotaLimits(LIMIT, 100));
    assertThat(write("nobody", "file", 3).succeeded()).isTrue();
    settle();
    QuotaUsage before = quotas().usage(directory(), project());
    LINUX.mounts().unmount(filesystem.path(), Set.of());
    String device = filesystem.device().path().toString();
    LINUX.mounts().mount(device, filesystem.path(), kind().fsType(), Set.of(), "prjquota");
    assertThat(quotas().usage(directory(), project())).isEqualTo(before);
  }

  /** What strerror(3) says to who goes beyond a limit. */
  abstract String refusal();

  final void limit(QuotaLimits limits) {
    quotas().assign(directory(), project());
    quotas().limit(directory(), project(), limits);
  }

  final Output write(String user, String file, int mebibytes) {
    return run(user, directory().resolve(file), mebibytes);
  }

  private static Output run(String user, Path file, int mebibytes) {
    List<String> command = new ArrayList<>();
    if (!user.equals("root")) {
      command.addAll(List.of("setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"));
    }
    command.addAll(List.of("dd", "if=/dev/zero", "of=" + file, "bs=64k", "conv=fsync"));
    command.add("count=" + mebibytes * 16);
    return LINUX.programs().run(command, Duration.ofMinutes(1));
  }

  /** For everybody: a user writes below. */
  private static Path open(Path directory) throws IOException {
    return Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
  }
}
