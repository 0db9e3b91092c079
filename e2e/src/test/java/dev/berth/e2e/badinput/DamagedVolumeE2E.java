package dev.berth.e2e.badinput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.berth.csi.v1.DeleteVolumeRequest;
import dev.berth.csi.v1.ListVolumesRequest;
import dev.berth.e2e.harness.BerthProcess;
import dev.berth.e2e.harness.CsiClient;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Volumes that somebody or something has damaged: each is refused with words, left exactly as it
 * is, and does no harm to others.
 */
@ExtendWith(Tallied.class)
class DamagedVolumeE2E {
  private static PreparedPool pool;

  /** One kind of damage to the volume folder that {@code spoil} gets, and the words about it. */
  record Damage(String what, Spoil spoil, List<String> words) {
    interface Spoil {
      void accept(Path volume) throws IOException;
    }

    static Damage of(String what, Spoil spoil, String... words) {
      return new Damage(what, spoil, List.of(words));
    }

    @Override
    public String toString() {
      return what;
    }
  }

  @BeforeAll
  static void prepare() {
    pool = new PreparedPool();
  }

  @AfterAll
  static void clean() {
    pool.close();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("damages")
  void is_data_loss_in_words_and_left_as_it_is(Damage damage, Tally tally) throws IOException {
    pool.reset();
    damage.spoil().accept(pool.volume("hurt"));
    Fingerprint before = Fingerprint.of(pool.folder());
    try (BerthProcess berth = pool.start();
        CsiClient csi = pool.client()) {
      String id = pool.id("hurt");
      refused(
          () -> csi.node().nodeStageVolume(Requests.stage(id, pool.staging()).build()),
          damage.words());
      refused(
          () -> csi.controller().controllerExpandVolume(Requests.expand(id, 64 << 20, 0)),
          damage.words());
      refused(
          () ->
              csi.controller()
                  .deleteVolume(DeleteVolumeRequest.newBuilder().setVolumeId(id).build()),
          damage.words());
      refused(() -> csi.controller().createVolume(Requests.create("hurt").build()), damage.words());
      pool.assertTheRestWorks(csi);
      assertThat(berth.stop()).isZero();
    }
    assertThat(Fingerprint.of(pool.folder())).isEqualTo(before);
    tally.add("damaged volumes");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("strangers")
  void a_stranger_in_the_pool_is_left_alone(Damage stranger, Tally tally) throws IOException {
    pool.reset();
    stranger.spoil().accept(pool.folder());
    Fingerprint before = Fingerprint.of(pool.folder());
    try (BerthProcess berth = pool.start();
        CsiClient csi = pool.client()) {
      assertThat(
              csi.controller()
                  .listVolumes(ListVolumesRequest.getDefaultInstance())
                  .getEntriesList())
          .extracting(e -> e.getVolume().getVolumeId())
          .containsExactlyInAnyOrder(pool.id("hurt"), pool.id("well"));
      pool.assertTheRestWorks(csi);
      assertThat(berth.stop()).isZero();
    }
    assertThat(Fingerprint.of(pool.folder())).isEqualTo(before);
    tally.add("damaged volumes");
  }

  private static void refused(Runnable call, List<String> words) {
    var refusal = catchThrowableOfType(StatusRuntimeException.class, call::run);
    assertThat(refusal).as("the call was answered OK").isNotNull();
    assertThat(refusal.getStatus().getDescription()).contains(words).doesNotContain("\n");
    assertThat(refusal.getStatus().getCode()).isEqualTo(Code.DATA_LOSS);
  }

  static Stream<Damage> damages() {
    return Stream.of(
        Damage.of("a changed value", v -> edit(v, "thin", "thik"), "volume.json", "checksum"),
        Damage.of("an added blank", v -> edit(v, "\n}", "\n }"), "volume.json", "checksum"),
        Damage.of("a lost brace", v -> edit(v, "{", "("), "volume.json", "not JSON"),
        Damage.of("an empty record", v -> Files.write(json(v), new byte[0]), "volume.json", "JSON"),
        Damage.of(
            "zeros after a bad power cut",
            v -> Files.write(json(v), new byte[4096]),
            "volume.json",
            "JSON"),
        Damage.of("no record", v -> Files.delete(json(v)), "volume.json", "missing"),
        Damage.of(
            "a record that is a link",
            v -> linkAside(json(v)),
            "volume.json",
            "not an ordinary file"),
        Damage.of(
            "a newer format",
            v -> edit(v, "\"format\" : 2", "\"format\" : 3"),
            "volume.json",
            "format 3",
            "upgrade"),
        Damage.of(
            "the record of another volume",
            v -> Files.write(json(v), Files.readAllBytes(json(v.resolveSibling("well")))),
            "volume.json",
            "id",
            "as its folder says"),
        Damage.of("no image", v -> Files.delete(image(v)), "image", "missing", "backup"),
        Damage.of("an image cut short", v -> resize(v, 31 << 20), "image", "32505856", "33554432"),
        Damage.of("an image too long", v -> resize(v, 33 << 20), "image", "34603008", "33554432"),
        Damage.of("an image that is a link", v -> linkAside(image(v)), "image", "link"),
        Damage.of(
            "an image that is a folder",
            v -> {
              Files.delete(image(v));
              Files.createDirectory(image(v));
            },
            "image",
            "not an ordinary file"),
        Damage.of("a volume that is a link", v -> linkAside(v), "not an ordinary file"));
  }

  static Stream<Damage> strangers() {
    return Stream.of(
        Damage.of(
            "a note among the volumes",
            p -> Files.writeString(p.resolve("volumes/README.txt"), "do not touch")),
        Damage.of(
            "a hidden folder among the volumes",
            p -> Files.createDirectory(p.resolve("volumes/.snapshots"))),
        Damage.of(
            "a file in the pool's own folder",
            p -> Files.writeString(p.resolve("backup.log"), "yesterday")));
  }

  private static Path json(Path volume) {
    return volume.resolve("volume.json");
  }

  private static Path image(Path volume) {
    return volume.resolve("image");
  }

  private static void edit(Path volume, String from, String to) throws IOException {
    String text = Files.readString(json(volume));
    assertThat(text).contains(from);
    int at = text.lastIndexOf(from);
    Files.writeString(
        json(volume), text.substring(0, at) + to + text.substring(at + from.length()));
  }

  private static void resize(Path volume, long size) throws IOException {
    try (var file = new RandomAccessFile(image(volume).toFile(), "rw")) {
      file.setLength(size);
    }
  }

  /** Moves something out of the pool and leaves a symbolic link to it. */
  private static void linkAside(Path file) throws IOException {
    Path elsewhere = Files.createTempDirectory(pool.aside(), "moved-").resolve("it");
    Files.move(file, elsewhere);
    Files.createSymbolicLink(file, elsewhere);
  }
}
