package dev.berth.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.storage.VolumeException.Invalid;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Values that cannot be wrong: each wrong one is refused with the field, the value and the rule.
 */
class ValuesTest {
  @Test
  void an_id_is_read_back_from_its_text() {
    VolumeId id = new VolumeId(new PoolId("a1b2c3d4"), "pvc-1");
    assertThat(id).hasToString("a1b2c3d4.pvc-1");
    assertThat(VolumeId.parse("a1b2c3d4.pvc-1")).contains(id);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a1b2c3d4",
        "a1b2c3d4.",
        "a1b2c3d4.-a",
        "A1b2c3d4.a",
        "a1b2c3d4.../x",
        "a1b2c3d4.a/b",
        "a1b2c3d4.a.b",
        "a1b2c3d.a",
        "fake-vol-id-12",
        "a1b2c3d4.a\n"
      })
  void what_could_never_be_an_id_is_none(String text) {
    assertThat(VolumeId.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-a", "a-", "A", "a.b", "a/b", "a b"})
  void a_pool_name_is_a_dns_label(String text) {
    assertThatThrownBy(() -> new PoolName(text))
        .isInstanceOf(Invalid.class)
        .hasMessageStartingWith("pool name \"" + text + "\" is not a DNS label");
  }

  @Test
  void a_name_of_129_bytes_or_with_a_control_character_is_refused() {
    assertThatThrownBy(() -> PoolWorkshop.request("x".repeat(129)))
        .isInstanceOf(Invalid.class)
        .hasMessageContaining("has 129 bytes");
    assertThatThrownBy(() -> PoolWorkshop.request("a\nb"))
        .isInstanceOf(Invalid.class)
        .hasMessage("name \"a?b\" has a control character; leave it out");
    assertThat(PoolWorkshop.request("x".repeat(128)).name()).hasSize(128);
  }

  @Test
  void a_negative_undelete_time_is_refused() {
    CreateRequest q = PoolWorkshop.request("a");
    assertThatThrownBy(() -> PoolWorkshop.keptFor(q, Duration.ofSeconds(-1)))
        .isInstanceOf(Invalid.class)
        .hasMessage("undelete PT-1S is negative; use 0 for at once");
  }

  @Test
  void settings_that_make_no_sense_are_refused() {
    PoolSettings good = PoolSettings.of(new PoolName("main"), Path.of("/pool"), true);
    assertThatThrownBy(() -> good.withOvercommit(Double.NaN))
        .isInstanceOf(Invalid.class)
        .hasMessage("pool main: overcommit NaN is not between 0.01 and 1000");
    assertThatThrownBy(() -> good.withReserve(Bytes.ofGiB(1)).withSize(Bytes.ofGiB(1)))
        .isInstanceOf(Invalid.class)
        .hasMessage("pool main: reserve 1Gi leaves nothing of size 1Gi");
    assertThatThrownBy(() -> PoolSettings.of(new PoolName("main"), Path.of("pool"), true))
        .isInstanceOf(Invalid.class)
        .hasMessage("pool main: directory pool is not an absolute path");
  }

  @Test
  void btrfs_in_an_image_is_refused_with_what_can_be_had() {
    assertThatThrownBy(() -> FsType.require("fsType", "btrfs"))
        .isInstanceOf(Invalid.class)
        .hasMessage(
            "fsType \"btrfs\" is not a filesystem that a volume can hold; use one of xfs, ext4");
  }

  @Test
  void raw_blocks_have_512_or_4096_bytes() {
    assertThatThrownBy(() -> new Content.Block(Bytes.of(1024)))
        .isInstanceOf(Invalid.class)
        .hasMessage("block size 1024 is neither 512 nor 4096 bytes");
  }
}
