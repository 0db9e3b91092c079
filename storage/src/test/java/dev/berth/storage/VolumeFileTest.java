package dev.berth.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.storage.VolumeException.Damaged;
import dev.berth.storage.linux.ProjectId;
import dev.berth.storage.linux.QueueSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** volume.json: what is written is read back, and what was changed since is not believed. */
class VolumeFileTest {
  private static final PoolName POOL = new PoolName("main");
  private static final VolumeId ID = new VolumeId(new PoolId("a1b2c3d4"), "pvc-1");
  private static final Path FILE = Path.of("/pool/volumes/pvc-1/volume.json");

  @Provide
  Arbitrary<VolumeFile> files() {
    Arbitrary<Content> contents =
        Arbitraries.of(
            new Content.Filesystem(FsType.XFS),
            new Content.Filesystem(FsType.EXT4),
            new Content.Block(Bytes.of(512)),
            new Content.Block(Bytes.of(4096)),
            new Content.Directory(Limit.ENFORCED),
            new Content.Directory(Limit.ADVISORY));
    Arbitrary<Map<String, String>> parameters =
        Arbitraries.maps(Arbitraries.strings().ofMaxLength(9), Arbitraries.strings().ofMaxLength(9))
            .ofMaxSize(4);
    Arbitrary<Optional<Claim>> claims =
        Arbitraries.strings()
            .ofMaxLength(9)
            .map(
                s ->
                    new Claim(
                        Optional.of("c" + s).filter(_ -> s.length() % 2 == 0),
                        "default",
                        s,
                        Optional.of("u" + s).filter(_ -> s.length() % 3 == 0),
                        "pvc-" + s))
            .optional();
    return Combinators.combine(
            Arbitraries.longs().between(1, 1L << 40),
            contents,
            Arbitraries.of(Allocation.class),
            Arbitraries.longs().between(0, 1L << 40),
            parameters,
            claims,
            Arbitraries.longs().between(1, 1000).optional(),
            sources())
        .as(VolumeFileTest::file);
  }

  private static Arbitrary<Optional<Source>> sources() {
    return Arbitraries.of(
            (Source) new Source.OfSnapshot(new SnapshotId(ID.pool(), "monday")),
            new Source.OfVolume(new VolumeId(ID.pool(), "other")))
        .optional();
  }

  private static VolumeFile file(
      long blocks,
      Content content,
      Allocation allocation,
      long milliseconds,
      Map<String, String> parameters,
      Optional<Claim> claim,
      Optional<Long> growth,
      Optional<Source> source) {
    Bytes size = content.blockSize().times(blocks);
    Volume volume =
        new Volume(
            ID,
            "Name of the CO \u00e9",
            POOL,
            size,
            content,
            allocation,
            Duration.ofMillis(milliseconds),
            parameters,
            claim,
            source,
            tuning(milliseconds),
            milliseconds % 2 == 0,
            Instant.ofEpochMilli(milliseconds),
            FILE.resolveSibling(VolumeFile.nameOf(content)));
    return new VolumeFile(
        VolumeFile.FORMAT,
        volume,
        growth.map(g -> size.plus(Bytes.of(g))),
        Publishing.NONE,
        Optional.of(Duration.ofMillis(milliseconds)).filter(_ -> milliseconds % 3 == 0),
        Optional.of(new ProjectId(milliseconds % 1000)).filter(_ -> milliseconds % 5 == 0));
  }

  private static Tuning tuning(long seed) {
    return new Tuning(
        Optional.of(Duration.ofMillis(seed)).filter(_ -> seed % 5 == 0),
        new QueueSettings(
            Optional.of(Bytes.ofKiB(seed % 4096)).filter(_ -> seed % 7 > 3),
            Optional.of("mq-deadline").filter(_ -> seed % 11 > 5),
            Optional.of(seed % 2 == 0).filter(_ -> seed % 13 > 6)));
  }

  @Property
  void what_is_written_is_read_back(@ForAll("files") VolumeFile file) {
    assertThat(VolumeFile.of(FILE, file.bytes(), ID, POOL)).isEqualTo(file);
  }

  @Property
  void any_changed_byte_is_found(
      @ForAll("files") VolumeFile file,
      @ForAll @IntRange(max = 100_000) int where,
      @ForAll @IntRange(min = 1, max = 255) int flip) {
    byte[] bytes = file.bytes();
    bytes[where % bytes.length] ^= (byte) flip;
    assertThatThrownBy(() -> VolumeFile.of(FILE, bytes, ID, POOL))
        .isInstanceOf(Damaged.class)
        .hasMessageStartingWith(FILE + ": ");
  }

  @Property
  void a_file_that_was_cut_is_found(
      @ForAll("files") VolumeFile file, @ForAll @IntRange(max = 100_000) int where) {
    byte[] bytes = file.bytes();
    byte[] cut = Arrays.copyOf(bytes, where % bytes.length);
    assertThatThrownBy(() -> VolumeFile.of(FILE, cut, ID, POOL)).isInstanceOf(Damaged.class);
  }

  @Test
  void it_reads_well_for_people() {
    Map<String, String> parameters = Map.of("csi.storage.k8s.io/fstype", "xfs");
    VolumeFile file =
        file(
            81920,
            new Content.Filesystem(FsType.XFS),
            Allocation.THIN,
            1,
            parameters,
            Optional.of(
                new Claim(Optional.of("c-1"), "default", "data", Optional.of("u-1"), "pvc-1")),
            Optional.empty(),
            Optional.of(new Source.OfSnapshot(new SnapshotId(ID.pool(), "monday"))));
    assertThat(new String(file.bytes(), StandardCharsets.UTF_8))
        .startsWith(
            """
            {
              "format" : 2,
              "id" : "a1b2c3d4.pvc-1",
              "name" : "Name of the CO \u00e9",
              "size" : 335544320,
              "content" : {
                "kind" : "filesystem",
                "type" : "xfs"
              },
              "allocation" : "thin",
              "undelete" : "PT0.001S",
              "parameters" : {
                "csi.storage.k8s.io/fstype" : "xfs"
              },
              "claim" : {
                "cluster" : "c-1",
                "namespace" : "default",
                "name" : "data",
                "uid" : "u-1",
                "volume" : "pvc-1"
              },
              "created" : "1970-01-01T00:00:00.001Z",
              "acknowledged" : false,
              "source" : {
                "snapshot" : "a1b2c3d4.monday"
              },
              "checksum" : "sha256:\
            """);
  }

  /** As the first release wrote it. */
  private static ObjectNode formatOne() {
    ObjectNode node =
        Document.begin(1).put("id", ID.toString()).put("name", "pvc-1").put("size", 1 << 20);
    node.putObject("content").put("kind", "block").put("blockSize", 4096);
    node.put("allocation", "thin").put("undelete", "PT0S").putObject("parameters");
    node.putObject("claim").put("namespace", "default").put("name", "data").put("volume", "pvc-1");
    return node.put("created", "2026-01-02T03:04:05Z");
  }

  @Test
  void a_record_of_the_previous_format_is_acknowledged_and_keeps_its_format() {
    byte[] bytes = Document.seal(formatOne());
    VolumeFile read = VolumeFile.of(FILE, bytes, ID, POOL);
    assertThat(read.volume().acknowledged()).isTrue();
    assertThat(read.volume().claim()).contains(new Claim("default", "data", "pvc-1"));
    assertThat(read.bytes()).isEqualTo(bytes);
    assertThat(read.acknowledged().bytes()).isEqualTo(bytes);
    assertThat(new String(read.growing(Bytes.ofMiB(2)).grown().bytes(), StandardCharsets.UTF_8))
        .contains("\"format\" : 1", "\"size\" : 2097152");
  }

  @Test
  void a_record_of_the_previous_format_goes_to_the_trash_in_the_newest() {
    VolumeFile read = VolumeFile.of(FILE, Document.seal(formatOne()), ID, POOL);
    assertThat(new String(read.keptFor(Duration.ofHours(24)).bytes(), StandardCharsets.UTF_8))
        .contains("\"format\" : 2", "\"acknowledged\" : true", "\"keptFor\" : \"PT24H\"");
  }

  @Test
  void in_the_trash_the_longer_time_counts() {
    VolumeFile hour =
        file(
            1,
            new Content.Block(Bytes.of(512)),
            Allocation.THIN,
            3_600_001,
            Map.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    assertThat(hour.inTrash()).isEqualTo(Duration.ofMillis(3_600_001));
    assertThat(hour.keptFor(Duration.ofHours(2)).inTrash()).isEqualTo(Duration.ofHours(2));
    assertThat(hour.keptFor(Duration.ofHours(1)).inTrash()).isEqualTo(Duration.ofMillis(3_600_001));
  }

  @Test
  void a_record_of_the_previous_format_does_not_know_the_new_fields() {
    byte[] sealed = Document.seal(formatOne().put("acknowledged", false));
    assertThatThrownBy(() -> VolumeFile.of(FILE, sealed, ID, POOL))
        .isInstanceOf(Damaged.class)
        .hasMessage(FILE + ": field acknowledged is not a field of format 1");
  }

  @Test
  void a_record_of_the_newest_format_says_whether_it_is_acknowledged() {
    ObjectNode node = formatOne().put("format", 2);
    assertThatThrownBy(() -> VolumeFile.of(FILE, Document.seal(node), ID, POOL))
        .isInstanceOf(Damaged.class)
        .hasMessage(FILE + ": field acknowledged is missing");
  }

  @Test
  void a_record_that_lies_in_another_folder_is_not_believed() {
    VolumeFile file =
        file(
            1,
            new Content.Block(Bytes.of(512)),
            Allocation.THIN,
            0,
            Map.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    VolumeId other = new VolumeId(new PoolId("a1b2c3d4"), "pvc-2");
    assertThatThrownBy(() -> VolumeFile.of(FILE, file.bytes(), other, POOL))
        .isInstanceOf(Damaged.class)
        .hasMessage(
            FILE + ": field id \"a1b2c3d4.pvc-1\" is not a1b2c3d4.pvc-2, as its folder says");
  }

  @Test
  void a_sealed_record_with_a_field_that_nobody_knows_is_not_believed() {
    byte[] sealed = Document.seal(Document.begin().put("id", ID.toString()).put("colour", "red"));
    assertThatThrownBy(() -> VolumeFile.of(FILE, sealed, ID, POOL))
        .isInstanceOf(Damaged.class)
        .hasMessage(FILE + ": field colour is not a field of format 1");
  }
}
