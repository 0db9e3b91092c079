package dev.berth.storage.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.storage.Bytes;
import dev.berth.storage.linux.ProjectQuotas.Enforcement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every filesystem with project quotas does, the kernel's and the one in memory. */
public abstract class ProjectQuotasContract {
  private static final AtomicLong NEXT = new AtomicLong(4_000_000_000L);
  private ProjectId project = ProjectId.NONE;
  private Path directory;
  private Path inside;

  protected abstract ProjectQuotas quotas();

  /** Makes an empty directory on the filesystem; called before each test. */
  protected abstract Path makeDirectory() throws IOException;

  /** What was written is counted only when its blocks are chosen. */
  protected abstract void settle();

  @BeforeEach
  void make_a_directory() throws IOException {
    project = new ProjectId(NEXT.getAndIncrement());
    directory = makeDirectory();
    inside = Files.createDirectory(directory.resolve("inside"));
  }

  protected final Path directory() {
    return directory;
  }

  /** A project that nobody has used; another one for each test. */
  protected final ProjectId project() {
    return project;
  }

  @Test
  void limits_hold_where_the_filesystem_was_mounted_for_it() {
    assertThat(quotas().enforcement(inside)).isEqualTo(Enforcement.ENFORCED);
  }

  @Test
  void a_new_directory_belongs_to_no_project() {
    assertThat(quotas().projectOf(inside)).isEqualTo(ProjectId.NONE);
  }

  @Test
  void what_is_made_in_a_directory_is_of_its_project() throws IOException {
    quotas().assign(inside, project);
    Path file = Files.createFile(inside.resolve("file"));
    Path below = Files.createDirectory(inside.resolve("below"));
    Path deep = Files.createFile(below.resolve("deep"));
    assertThat(quotas().projectOf(inside)).isEqualTo(project);
    assertThat(quotas().projectOf(file)).isEqualTo(project);
    assertThat(quotas().projectOf(deep)).isEqualTo(project);
    assertThat(quotas().projectOf(directory())).isEqualTo(ProjectId.NONE);
  }

  @Test
  void a_directory_can_be_taken_out_of_its_project() throws IOException {
    quotas().assign(inside, project);
    quotas().assign(inside, ProjectId.NONE);
    assertThat(quotas().projectOf(inside)).isEqualTo(ProjectId.NONE);
    Path file = Files.createFile(inside.resolve("file"));
    assertThat(quotas().projectOf(file)).isEqualTo(ProjectId.NONE);
  }

  @Test
  void a_project_that_nobody_has_used_has_nothing_and_no_limits() {
    assertThat(quotas().usage(inside, project))
        .isEqualTo(new QuotaUsage(Bytes.ZERO, 0, QuotaLimits.NONE));
  }

  @Test
  void bytes_and_inodes_are_counted() throws IOException {
    quotas().assign(inside, project);
    Files.write(inside.resolve("file"), new byte[1 << 20]);
    settle();
    QuotaUsage usage = quotas().usage(inside, project);
    assertThat(usage.inodes()).isEqualTo(2);
    assertThat(usage.bytes()).isBetween(Bytes.ofMiB(1), Bytes.ofKiB(1024 + 16));
  }

  @Test
  void limits_are_there_until_they_are_changed() {
    quotas().assign(inside, project);
    QuotaLimits limits = new QuotaLimits(Bytes.ofMiB(3), 17);
    quotas().limit(inside, project, limits);
    assertThat(quotas().usage(inside, project).limits()).isEqualTo(limits);
    quotas().limit(inside, project, QuotaLimits.NONE);
    assertThat(quotas().usage(inside, project).limits()).isEqualTo(QuotaLimits.NONE);
  }

  @Test
  void a_limit_may_be_terabytes() {
    QuotaLimits limits = new QuotaLimits(Bytes.ofGiB(100 * 1024), 5_000_000_000L);
    quotas().limit(inside, project, limits);
    assertThat(quotas().usage(inside, project).limits()).isEqualTo(limits);
  }

  @Test
  void what_is_not_there_has_no_project() {
    Path nowhere = inside.resolve("nowhere");
    assertThatThrownBy(() -> quotas().projectOf(nowhere))
        .hasMessage("open " + nowhere + ": ENOENT (No such file or directory)");
    assertThatThrownBy(() -> quotas().assign(nowhere, project))
        .hasMessage("open " + nowhere + ": ENOENT (No such file or directory)");
  }
}
