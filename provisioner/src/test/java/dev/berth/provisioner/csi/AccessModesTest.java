package dev.berth.provisioner.csi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.csi.v1.VolumeCapability.AccessMode.Mode;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AccessModesTest {
  @ParameterizedTest
  @CsvSource({
    "ReadWriteOnce, SINGLE_NODE_MULTI_WRITER, SINGLE_NODE_WRITER",
    "ReadWriteOncePod, SINGLE_NODE_SINGLE_WRITER, SINGLE_NODE_WRITER",
    "ReadOnlyMany, MULTI_NODE_READER_ONLY, MULTI_NODE_READER_ONLY",
    "ReadWriteMany, MULTI_NODE_MULTI_WRITER, MULTI_NODE_MULTI_WRITER",
    "ReadWriteOnce+ReadWriteMany, MULTI_NODE_MULTI_WRITER, MULTI_NODE_MULTI_WRITER",
    "ReadOnlyMany+ReadWriteMany, MULTI_NODE_MULTI_WRITER, MULTI_NODE_MULTI_WRITER"
  })
  void modes_are_mapped_with_and_without_the_capability(String modes, Mode with, Mode without) {
    List<String> all = Arrays.asList(modes.split("\\+", -1));
    assertThat(AccessModes.of(all, true)).isEqualTo(with);
    assertThat(AccessModes.of(all, false)).isEqualTo(without);
  }

  @Test
  void once_and_read_only_many_cannot_be_said() {
    assertThatThrownBy(() -> AccessModes.of(List.of("ReadWriteOnce", "ReadOnlyMany"), true))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(
            "spec.accessModes [ReadWriteOnce, ReadOnlyMany]: CSI has no mode for ReadWriteOnce with"
                + " ReadOnlyMany; name one of them");
  }

  @Test
  void once_pod_stands_alone() {
    assertThatThrownBy(() -> AccessModes.of(List.of("ReadWriteOncePod", "ReadWriteMany"), true))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("ReadWriteOncePod cannot be combined");
  }

  @Test
  void an_unknown_mode_and_none_are_refused() {
    assertThatThrownBy(() -> AccessModes.of(List.of("ReadWriteTwice"), true))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageStartingWith("spec.accessModes [ReadWriteTwice]: must be one or more of ");
    assertThatThrownBy(() -> AccessModes.of(List.of(), true))
        .isInstanceOf(InvalidRequestException.class);
  }
}
