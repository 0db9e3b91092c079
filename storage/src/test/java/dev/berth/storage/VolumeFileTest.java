package dev.berth.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.storage.VolumeException.Damaged;
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
            new Content.Block(Bytes.of(4096)));
    Arbitrary<Map<String, String>> parameters =
        Arbitraries.maps(Arbitraries.strings().ofMaxLength(9), Arbitraries.strings().ofMaxLength(9))
            .ofMaxSize(4);
    Arbitrary<Optional<Claim>> claims =
        Arbitraries.strings()
            .ofMaxLength(9)
            .map(s -> new Claim("default", s, "pvc-" + s))
            .optional();
    return Combinators.combine(
            Arbitraries.longs().between(1, 1L << 40),
            contents,
            Arbitraries.of(Allocation.class),
            Arbitraries.longs().between(0, 1L << 40),
            parameters,
            claims,
            Arbitraries.longs().between(1, 1000).optional())
        .as(VolumeFileTest::file);
  }

  private static VolumeFile file(
      long blocks,
      Content content,
      Allocation allocation,
      long milliseconds,
      Map<String, String> parameters,
      Optional<Claim> claim,
      Optional<Long> growth) {
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
            Instant.ofEpochMilli(milliseconds),
            FILE.resolveSibling("image"));
    return new VolumeFile(volume, growth.map(g -> size.plus(Bytes.of(g))));
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
            0,
            parameters,
            Optional.of(new Claim("default", "data", "pvc-1")),
            Optional.empty());
    assertThat(new String(file.bytes(), StandardCharsets.UTF_8))
        .startsWith(
            """
            {
              "format" : 1,
              "id" : "a1b2c3d4.pvc-1",
              "name" : "Name of the CO \u00e9",
              "size" : 335544320,
              "content" : {
                "kind" : "filesystem",
                "type" : "xfs"
              },
              "allocation" : "thin",
              "undelete" : "PT0S",
              "parameters" : {
                "csi.storage.k8s.io/fstype" : "xfs"
              },
              "claim" : {
                "namespace" : "default",
                "name" : "data",
                "volume" : "pvc-1"
              },
              "created" : "1970-01-01T00:00:00Z",
              "checksum" : "sha256:\
            """);
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
