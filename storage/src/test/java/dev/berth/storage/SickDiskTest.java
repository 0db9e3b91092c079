package dev.berth.storage;

import static dev.berth.storage.PoolWorkshop.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.storage.VolumeException.PoolMissing;
import dev.berth.storage.VolumeException.SystemCallFailed;
import dev.berth.storage.linux.recorded.FaultyLinux;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One disk answers EIO to everything, as a filesystem does that has shut itself down. */
class SickDiskTest {
  private static final PoolName OTHER = new PoolName("other");

  @TempDir private Path temporary;
  private final AtomicReference<Path> sick = new AtomicReference<>();
  private PoolWorkshop shop;
  private Pools pools;

  @BeforeEach
  void open() throws IOException {
    shop = new PoolWorkshop(temporary);
    shop.linux =
        FaultyLinux.wrap(
            shop.linux,
            (call, arguments) -> {
              if (Optional.ofNullable(sick.get())
                  .filter(p -> arguments.contains(p + "/"))
                  .isPresent()) {
                throw new SystemCallFailed(call, arguments, "EIO", "Input/output error");
              }
            });
    Path other = Files.createDirectory(shop.directory.resolveSibling("second"));
    pools =
        shop.open(shop.settings(), PoolSettings.of(OTHER, other, true).withSize(PoolWorkshop.SIZE));
  }

  @Test
  void its_pool_is_missing_and_the_other_goes_on() {
    sick.set(shop.directory);
    Volume made = pools.create(request("a"));
    assertThat(made.pool()).isEqualTo(OTHER);
    assertThat(pools.statuses().getFirst().health())
        .isInstanceOfSatisfying(
            PoolHealth.Missing.class,
            missing ->
                assertThat(missing.why())
                    .contains("is missing: its disk cannot be read (stat ")
                    .contains("EIO (Input/output error)); when it is well again, unmount it"));
    pools.close();
  }

  @Test
  void who_asks_for_that_pool_hears_that_it_is_missing() {
    sick.set(shop.directory);
    CreateRequest q = request("a");
    CreateRequest there =
        new CreateRequest(
            q.name(),
            q.size(),
            q.content(),
            q.allocation(),
            Optional.of(PoolWorkshop.MAIN),
            q.undelete(),
            q.parameters(),
            q.claim());
    assertThatThrownBy(() -> pools.create(there)).isInstanceOf(PoolMissing.class);
    pools.close();
  }

  @Test
  void one_volume_that_cannot_be_read_does_not_take_its_pool_away() {
    Volume volume = pools.create(request("a"));
    sick.set(Disk.parent(volume.image()));
    assertThatThrownBy(() -> pools.create(request("a")))
        .isInstanceOfSatisfying(
            SystemCallFailed.class, e -> assertThat(e.errno()).isEqualTo("EIO"));
    assertThat(pools.statuses())
        .allSatisfy(s -> assertThat(s.health()).isInstanceOf(PoolHealth.Ready.class));
    pools.close();
  }
}
