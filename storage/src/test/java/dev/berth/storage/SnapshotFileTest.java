package dev.berth.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.storage.VolumeException.Damaged;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SnapshotFileTest {
  private static final PoolId POOL = new PoolId("a1b2c3d4");
  private static final SnapshotId ID = new SnapshotId(POOL, "monday");
  private static final PoolName NAME = new PoolName("main");
  private static final Path FILE = Path.of("/pool/snapshots/monday/snapshot.json");
  private static final SnapshotFile MONDAY =
      new SnapshotFile(
          new Snapshot(
              ID,
              "Monday",
              NAME,
              new VolumeId(POOL, "data"),
              Bytes.ofMiB(300),
              Bytes.ofMiB(7),
              new Content.Filesystem(FsType.XFS),
              Instant.ofEpochMilli(1),
              Optional.empty(),
              Optional.empty(),
              FILE.resolveSibling("image")));

  @Test
  void it_reads_well_for_people_and_is_read_back() {
    assertThat(new String(MONDAY.bytes(), StandardCharsets.UTF_8))
        .startsWith(
            """
            {
              "format" : 1,
              "id" : "a1b2c3d4.monday",
              "name" : "Monday",
              "source" : "a1b2c3d4.data",
              "size" : 314572800,
              "held" : 7340032,
              "content" : {
                "kind" : "filesystem",
                "type" : "xfs"
              },
              "created" : "1970-01-01T00:00:00.001Z",
              "checksum" : "sha256:\
            """);
    assertThat(SnapshotFile.of(FILE, MONDAY.bytes(), ID, NAME)).isEqualTo(MONDAY);
  }

  @Test
  void one_of_a_group_or_one_that_is_not_yet_whole_has_format_2() {
    Snapshot monday = MONDAY.snapshot();
    Snapshot copying = monday.copied(Bytes.ofMiB(5));
    byte[] bytes = new SnapshotFile(copying).bytes();
    assertThat(new String(bytes, StandardCharsets.UTF_8))
        .contains("\"format\" : 2", "\"copied\" : 5242880");
    assertThat(SnapshotFile.of(FILE, bytes, ID, NAME).snapshot()).isEqualTo(copying);
    assertThat(copying.isWhole()).isFalse();
    assertThat(copying.whole(monday.held())).isEqualTo(monday);
  }

  @Test
  void any_changed_byte_is_found() {
    byte[] good = MONDAY.bytes();
    for (int i = 0; i < good.length; i++) {
      byte[] bytes = good.clone();
      bytes[i] ^= 1;
      assertThatThrownBy(() -> SnapshotFile.of(FILE, bytes, ID, NAME))
          .isInstanceOf(Damaged.class)
          .hasMessageStartingWith(FILE + ": ");
    }
  }

  @Test
  void one_that_lies_in_another_folder_is_not_believed() {
    SnapshotId other = new SnapshotId(POOL, "sunday");
    assertThatThrownBy(() -> SnapshotFile.of(FILE, MONDAY.bytes(), other, NAME))
        .isInstanceOf(Damaged.class)
        .hasMessage(
            FILE + ": field id \"a1b2c3d4.monday\" is not a1b2c3d4.sunday, as its folder says");
  }
}
