package dev.berth.storage.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.storage.Bytes;
import dev.berth.storage.linux.ProjectQuotas.Enforcement;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class QuotaStructuresTest {
  @Test
  void limits_go_to_the_kernel_in_kibibytes_and_say_that_they_count() {
    byte[] quota = QuotaStructures.encode(new QuotaLimits(Bytes.ofMiB(2), 9));
    ByteBuffer s = ByteBuffer.wrap(quota).order(ByteOrder.nativeOrder());
    assertThat(quota).hasSize(72);
    assertThat(s.getLong(0)).isEqualTo(2048);
    assertThat(s.getLong(24)).isEqualTo(9);
    assertThat(s.getInt(64)).isEqualTo(1 | 4);
  }

  @Test
  void usage_comes_back_in_bytes() {
    ByteBuffer s = ByteBuffer.allocate(72).order(ByteOrder.nativeOrder());
    s.putLong(0, 4).putLong(16, 12_288).putLong(24, 5).putLong(40, 3);
    assertThat(QuotaStructures.decode(s.array()))
        .isEqualTo(new QuotaUsage(Bytes.of(12_288), 3, new QuotaLimits(Bytes.ofKiB(4), 5)));
  }

  @Test
  void the_state_tells_counting_from_holding() {
    assertThat(state(0x30)).isEqualTo(Enforcement.ENFORCED);
    assertThat(state(0x10)).isEqualTo(Enforcement.COUNTED);
    assertThat(state(0x0f)).isEqualTo(Enforcement.NONE);
  }

  @Test
  void a_project_is_an_unsigned_number_of_32_bits_and_not_the_last_one() {
    assertThat(ProjectId.ofBits(new ProjectId(0xffff_fffeL).bits())).hasToString("4294967294");
    assertThatThrownBy(() -> new ProjectId(0xffff_ffffL))
        .hasMessage("not a project id: 4294967295; it is at least 0 and at most 4294967294");
    assertThatThrownBy(() -> new ProjectId(-1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_limit_is_whole_kibibytes() {
    assertThatThrownBy(() -> new QuotaLimits(Bytes.of(1500), 0))
        .hasMessage("a quota of 1500 bytes cannot be set; it must be a multiple of 1Ki");
    assertThatThrownBy(() -> new QuotaLimits(Bytes.ZERO, -1))
        .hasMessage("a quota of -1 inodes cannot be set; it is never negative");
  }

  private static Enforcement state(int flags) {
    byte[] state = new byte[QuotaStructures.STATE_SIZE];
    ByteBuffer.wrap(state).order(ByteOrder.nativeOrder()).putShort(2, (short) flags);
    return QuotaStructures.enforcement(state);
  }
}
