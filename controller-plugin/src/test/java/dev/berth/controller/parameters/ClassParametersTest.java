package dev.berth.controller.parameters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.storage.Allocation;
import dev.berth.storage.Bytes;
import dev.berth.storage.Claim;
import dev.berth.storage.FsType;
import dev.berth.storage.Limit;
import dev.berth.storage.PoolName;
import dev.berth.storage.VolumeException;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ClassParametersTest {
  @Test
  void without_parameters_everything_has_its_default() {
    ClassParameters none = ClassParameters.parse(Map.of());
    assertThat(none.pool()).isEmpty();
    assertThat(none.allocation()).isEqualTo(Allocation.THIN);
    assertThat(none.blockSize()).isEqualTo(Bytes.ofKiB(4));
    assertThat(none.undelete()).isEqualTo(Duration.ZERO);
    assertThat(none.claim()).isEmpty();
  }

  @Test
  void each_parameter_is_read() {
    ClassParameters all =
        ClassParameters.parse(
            Map.of(
                "pool", "disk",
                "allocation", "thick",
                "blockSize", "512",
                "kind", "image",
                "undelete", "24h",
                "csi.storage.k8s.io/pvc/name", "data",
                "csi.storage.k8s.io/pvc/namespace", "shop",
                "csi.storage.k8s.io/pv/name", "pvc-1"));
    assertThat(all.pool()).contains(new PoolName("disk"));
    assertThat(all.allocation()).isEqualTo(Allocation.THICK);
    assertThat(all.blockSize()).isEqualTo(new Bytes(512));
    assertThat(all.undelete()).isEqualTo(Duration.ofHours(24));
    assertThat(all.claim()).contains(new Claim("shop", "data", "pvc-1"));
    assertThat(all.kind()).contains(new VolumeKind.Image());
    assertThat(all.own()).containsOnlyKeys("pool", "allocation", "blockSize", "undelete", "kind");
  }

  @Test
  void a_directory_is_limited_unless_the_class_says_that_it_is_not() {
    assertThat(ClassParameters.parse(Map.of("kind", "directory")).kind())
        .contains(new VolumeKind.Directory(Limit.ENFORCED));
    assertThat(ClassParameters.parse(Map.of("kind", "directory", "capacity", "advisory")).kind())
        .contains(new VolumeKind.Directory(Limit.ADVISORY));
    assertThatThrownBy(() -> ClassParameters.parse(Map.of("capacity", "advisory")))
        .isInstanceOf(VolumeException.Invalid.class)
        .hasMessage(
            "parameters.capacity is for kind directory; the size of an image is always kept to: leave it out, or say kind directory");
    assertThatThrownBy(
            () -> ClassParameters.parse(Map.of("kind", "directory", "allocation", "thick")))
        .isInstanceOf(VolumeException.Invalid.class)
        .hasMessage(
            "parameters.allocation thick does not go with kind directory: a directory takes blocks as it fills; leave it out, or use kind image");
  }

  @ParameterizedTest
  @CsvSource({"0s,PT0S", "24h,PT24H", "90m,PT90M", "1h30m,PT90M", "7d,PT168H", "45s,PT45S"})
  void durations_are_written_as_people_write_them(String text, Duration duration) {
    assertThat(ClassParameters.parse(Map.of("undelete", text)).undelete()).isEqualTo(duration);
  }

  static Stream<Arguments> wrong() {
    return Stream.of(
        Arguments.of(
            "alocation",
            "thin",
            "parameters.alocation (\"thin\") is not a parameter of this driver; did you mean allocation? known are pool, allocation, kind, capacity, blockSize, undelete, maxFreeze"),
        Arguments.of(
            "BLOCKSIZE",
            "512",
            "parameters.BLOCKSIZE (\"512\") is not a parameter of this driver; did you mean blockSize? known are pool, allocation, kind, capacity, blockSize, undelete, maxFreeze"),
        Arguments.of(
            "replicas",
            "3",
            "parameters.replicas (\"3\") is not a parameter of this driver; known are pool, allocation, kind, capacity, blockSize, undelete, maxFreeze"),
        Arguments.of(
            "csi.storage.k8s.io/fstype",
            "xfs",
            "parameters.csi.storage.k8s.io/fstype (\"xfs\") is not a parameter of this driver; known are pool, allocation, kind, capacity, blockSize, undelete, maxFreeze"),
        Arguments.of(
            "allocation",
            "fat",
            "parameters.allocation \"fat\" is not valid; it takes thin or thick"),
        Arguments.of(
            "blockSize",
            "1000",
            "parameters.blockSize \"1000\" is not valid; it takes 512 or 4096"),
        Arguments.of(
            "pool", "../disk", "parameters.pool \"../disk\" is not valid; it takes name of a pool"),
        Arguments.of(
            "undelete",
            "3 fortnights",
            "parameters.undelete \"3 fortnights\" is not valid; it takes a duration such as 24h,"
                + " 90m, 1h30m or 7d"),
        Arguments.of(
            "undelete",
            "",
            "parameters.undelete \"\" is not valid; it takes a duration such as 24h, 90m, 1h30m or"
                + " 7d"),
        Arguments.of(
            "undelete",
            "-1h",
            "parameters.undelete \"-1h\" is not valid; it takes a duration such as 24h, 90m, 1h30m"
                + " or 7d"));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void what_is_not_a_parameter_or_no_value_of_it_is_named(
      String key, String value, String message) {
    assertThatThrownBy(() -> ClassParameters.parse(Map.of(key, value)))
        .isInstanceOf(VolumeException.Invalid.class)
        .hasMessage(message);
  }

  @Test
  void capacity_is_asked_with_the_keys_of_kubernetes_still_in() {
    Map<String, String> given =
        Map.of(
            "pool", "disk",
            "csi.storage.k8s.io/fstype", "ext4",
            "csi.storage.k8s.io/provisioner-secret-name", "secret");
    assertThat(ClassParameters.parseUnstripped(given).pool()).contains(new PoolName("disk"));
    assertThat(ClassParameters.fsType(given)).contains(FsType.EXT4);
  }
}
