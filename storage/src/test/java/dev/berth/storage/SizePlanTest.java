package dev.berth.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.storage.VolumeException.OutOfRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How large a volume becomes. */
class SizePlanTest {
  private static final Content XFS = new Content.Filesystem(FsType.XFS);
  private static final Content BLOCKS = new Content.Block(Bytes.of(4096));

  @ParameterizedTest
  @CsvSource({
    "xfs, 0, 314572800",
    "xfs, 1, 314572800",
    "xfs, 314572801, 314576896",
    "ext4, 1, 8388608",
    "ext4, 8388609, 8392704"
  })
  void a_filesystem_is_rounded_up_to_what_it_needs(String type, long required, long size) {
    Content content = new Content.Filesystem(FsType.parse(type).orElseThrow());
    assertThat(SizePlan.decide(SizeRange.of(Bytes.of(required)), content))
        .isEqualTo(Bytes.of(size));
  }

  @ParameterizedTest
  @CsvSource({"512, 1, 512", "512, 513, 1024", "4096, 0, 4096", "4096, 4097, 8192"})
  void raw_blocks_are_rounded_up_to_whole_blocks(long block, long required, long size) {
    Content content = new Content.Block(Bytes.of(block));
    assertThat(SizePlan.decide(SizeRange.of(Bytes.of(required)), content))
        .isEqualTo(Bytes.of(size));
  }

  @Test
  void a_limit_below_the_least_xfs_is_out_of_range_with_the_numbers() {
    SizeRange range = SizeRange.of(Bytes.ofMiB(100), Bytes.ofMiB(200));
    assertThatThrownBy(() -> SizePlan.decide(range, XFS))
        .isInstanceOf(OutOfRange.class)
        .hasMessage(
            "limit_bytes 209715200 with required_bytes 104857600 cannot be met: xfs needs at least"
                + " 314572800 bytes in multiples of 4096, so the smallest size is 314572800; raise"
                + " the limit");
  }

  @Test
  void an_exact_size_that_is_no_multiple_of_the_block_size_is_out_of_range() {
    SizeRange range = SizeRange.of(Bytes.of(5000), Bytes.of(5000));
    assertThatThrownBy(() -> SizePlan.decide(range, BLOCKS)).isInstanceOf(OutOfRange.class);
  }

  @Test
  void a_size_that_no_file_can_have_is_out_of_range() {
    SizeRange range = SizeRange.of(new Bytes(Long.MAX_VALUE));
    assertThatThrownBy(() -> SizePlan.decide(range, BLOCKS))
        .isInstanceOf(OutOfRange.class)
        .hasMessage(
            "required_bytes 9223372036854775807 is more than any file can have; ask for less");
  }

  @Test
  void a_limit_below_what_is_required_is_out_of_range() {
    assertThatThrownBy(() -> SizeRange.of(Bytes.of(2), Bytes.of(1)))
        .isInstanceOf(OutOfRange.class)
        .hasMessage("limit_bytes 1 is below required_bytes 2; raise the limit or leave it out");
  }
}
