package dev.berth.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.storage.linux.FileCalls;
import dev.berth.storage.linux.Linux;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnsharedCacheTest {
  private static final FileCalls FILES = Linux.real().files();

  private final AtomicLong now = new AtomicLong();
  private final AtomicInteger walks = new AtomicInteger();
  private Duration took = Duration.ZERO;
  private final UnsharedCache cache = new UnsharedCache(_ -> walk(), now::get);

  private Bytes walk() {
    now.addAndGet(took.toNanos());
    return Bytes.of(walks.incrementAndGet());
  }

  private Bytes ask(Path file) {
    return cache.unshared(file, FILES.stat(file));
  }

  @Test
  void a_file_that_has_not_changed_is_not_walked_through_again(@TempDir Path dir)
      throws IOException {
    Path file = Files.write(dir.resolve("image"), new byte[4096]);
    assertThat(ask(file)).isEqualTo(Bytes.of(1));
    assertThat(ask(file)).isEqualTo(Bytes.of(1));
    Files.write(file, new byte[8192]);
    assertThat(ask(file)).isEqualTo(Bytes.of(2));
    cache.forget();
    assertThat(ask(file)).isEqualTo(Bytes.of(3));
  }

  @Test
  void one_that_takes_long_is_left_alone_for_twenty_times_as_long(@TempDir Path dir)
      throws IOException {
    Path file = Files.write(dir.resolve("image"), new byte[4096]);
    took = Duration.ofSeconds(1);
    assertThat(ask(file)).isEqualTo(Bytes.of(1));
    Files.write(file, new byte[8192]);
    now.addAndGet(Duration.ofSeconds(18).toNanos());
    assertThat(ask(file)).isEqualTo(Bytes.of(1));
    now.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThat(ask(file)).isEqualTo(Bytes.of(2));
  }
}
