package dev.berth.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.berth.storage.VolumeException.OutOfRange;
import dev.berth.storage.health.Ailment;
import dev.berth.storage.health.Checkup;
import dev.berth.storage.health.Severity;
import dev.berth.storage.image.Images;
import dev.berth.storage.linux.LoopFilesystem.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Directory volumes of a btrfs pool: subvolumes, with quota groups, snapshots and copies. */
class BtrfsDirectoriesIT extends LimitedDirectories {
  @Override
  Kind kind() {
    return Kind.BTRFS;
  }

  @Override
  List<String> mkfsOptions() {
    return List.of();
  }

  @Override
  String mountOptions() {
    return "";
  }

  @Test
  void a_snapshot_is_independent_of_its_source_and_becomes_a_volume_with_a_limit_of_its_own()
      throws IOException {
    Volume volume = make("one");
    Files.writeString(volume.image().resolve("file"), "then");
    Snapshot snapshot = pools.snapshots().cut("snap", volume.id());
    Files.writeString(volume.image().resolve("file"), "now");
    pools.delete(volume.id());
    pools.close();
    pools = open();
    assertThat(pools.snapshots().get(snapshot.id())).isEqualTo(snapshot);
    assertThat(snapshot.content()).isEqualTo(new Content.Directory(Limit.ENFORCED));
    Volume restored = pools.create(request("restored").from(new Source.OfSnapshot(snapshot.id())));
    assertThat(restored.image().resolve("file")).hasContent("then");
    Path target = publish(restored);
    try {
      assertThat(write(target.resolve("big"), 24).succeeded()).isFalse();
    } finally {
      unpublish(target);
    }
    pools.snapshots().delete(snapshot.id());
    assertThat(filesystem.path().resolve("snapshots")).isEmptyDirectory();
    assertThat(restored.image().resolve("file")).hasContent("then");
  }

  @Test
  void a_copy_of_a_volume_in_use_shares_its_blocks_and_counts_in_full() throws IOException {
    Volume volume = make("one");
    Path target = publish(volume);
    try {
      assertThat(write(target.resolve("file"), 10).succeeded()).isTrue();
      Volume copy = pools.create(request("copy").from(new Source.OfVolume(volume.id())));
      assertThat(copy.image().resolve("file")).hasSize(10 << 20);
      assertThat(used(copy)).isBetween(Bytes.ofMiB(10), Bytes.ofMiB(11));
      Path other = publish(copy);
      try {
        assertThat(write(other.resolve("more"), 8).succeeded()).isFalse();
      } finally {
        unpublish(other);
      }
    } finally {
      unpublish(target);
    }
    assertThatThrownBy(
            () ->
                pools.create(
                    PoolWorkshop.holding(
                            PoolWorkshop.request("small", Bytes.ofMiB(4)),
                            new Content.Directory(Limit.ENFORCED))
                        .from(new Source.OfVolume(volume.id()))))
        .isInstanceOf(OutOfRange.class);
  }

  @Test
  void subvolumes_that_a_pod_makes_are_found_and_go_with_the_volume() throws IOException {
    Volume volume = make("one");
    assertThat(pools.findings(volume)).isEmpty();
    Path nested = volume.image().resolve("nested");
    LINUX.subvolumes().create(nested);
    LINUX.subvolumes().create(nested.resolve("deeper"));
    Files.writeString(nested.resolve("deeper/file"), "data");
    LINUX.files().syncFilesystem(filesystem.path());
    assertThat(pools.findings(volume))
        .containsExactly(
            "volume %s has subvolumes of its pod's making (nested), which its size does not cover and snapshots leave out; make them directories"
                .formatted(volume.id()));
    assertThat(new Checkup(pools, new Images(LINUX), LINUX).look(volume.id()))
        .extracting(Ailment::severity, Ailment::reason)
        .containsExactly(tuple(Severity.DEGRADED, "LimitNotKept"));
    pools.delete(volume.id());
    Awaitility.await()
        .untilAsserted(() -> assertThat(filesystem.path().resolve("trash")).isEmptyDirectory());
  }
}
