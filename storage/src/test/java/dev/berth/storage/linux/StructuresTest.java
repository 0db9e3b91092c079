package dev.berth.storage.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.storage.Bytes;
import dev.berth.storage.linux.LoopDevices.AttachRequest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Offsets and numbers here are those that a C program prints with sizeof, offsetof and _IOW. */
class StructuresTest {
  private static AttachRequest request(String name, long blockSize) {
    return new AttachRequest(Path.of("/image"), name, Bytes.of(blockSize), true, true, true);
  }

  @Test
  void loop_config_has_everything_in_its_place() {
    byte[] config = LoopInfo.config(9, request("pool1234.vol", 4096));
    ByteBuffer s = Abi.struct(config);
    assertThat(config).hasSize(304);
    assertThat(s.getInt(0)).isEqualTo(9);
    assertThat(s.getInt(4)).isEqualTo(4096);
    assertThat(s.getInt(8 + 52)).isEqualTo(1 | 16);
    assertThat(new String(config, 8 + 56, 13, StandardCharsets.UTF_8)).isEqualTo("pool1234.vol\0");
  }

  @Test
  void loop_info64_tells_file_name_and_flags() {
    byte[] info = LoopInfo.room();
    byte[] name = "vol".getBytes(StandardCharsets.UTF_8);
    Abi.struct(info).putLong(0, 0x801).putLong(8, 4711).putInt(52, 16).put(56, name);
    assertThat(LoopInfo.decode(info))
        .isEqualTo(new LoopInfo(new FileIdentity(new DeviceNumber(8, 1), 4711), "vol", 16));
    assertThat(LoopInfo.decode(info).has(LoopInfo.READ_ONLY)).isFalse();
    assertThat(LoopInfo.decode(info).has(LoopInfo.DIRECT_IO)).isTrue();
  }

  @Test
  void a_name_that_fills_its_room_has_no_zero_to_end_it() {
    byte[] info = LoopInfo.room();
    Arrays.fill(info, 56, 56 + 64, (byte) 'x');
    assertThat(LoopInfo.decode(info).name()).isEqualTo("x".repeat(64));
  }

  @Test
  void a_loop_device_keeps_63_bytes_of_a_name() {
    assertThat(request("x".repeat(63), 512).name()).hasSize(63);
    assertThatThrownBy(() -> request("ü".repeat(32), 512))
        .hasMessage("name " + "ü".repeat(32) + " has 64 bytes; a loop device keeps 63");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 256, 1000, 8192})
  void a_block_size_that_no_loop_device_has_is_refused(long size) {
    assertThatThrownBy(() -> request("x", size))
        .hasMessage("block size " + size + " is not 512, 1024, 2048 or 4096 bytes");
  }

  @Test
  void ioctl_numbers_are_those_of_the_kernel_headers() {
    assertThat(Abi.iow((char) 0x94, 9, 4)).isEqualTo(0x40049409L);
    assertThat(Abi.ior('f', 1, 8)).isEqualTo(0x80086601L);
    assertThat(Abi.iow('f', 2, 8)).isEqualTo(0x40086602L);
    assertThat(Abi.ior('X', 126, 256)).isEqualTo(0x8100587eL);
    assertThat(Abi.iow('X', 110, 16)).isEqualTo(0x4010586eL);
    assertThat(Abi.ior((char) 0x12, 114, 8)).isEqualTo(0x80081272L);
    assertThat(Abi.iow('f', 16, 8)).isEqualTo(0x40086610L);
  }

  @Test
  void statx_is_read_whole() {
    byte[] statx = new byte[Stat.SIZE];
    ByteBuffer s = Abi.struct(statx);
    s.putShort(28, (short) 0x6180).putLong(32, 12).putLong(40, 5000).putLong(48, 16);
    s.putInt(128, 7).putInt(132, 3).putInt(136, 259).putInt(140, 70000);
    assertThat(Stat.decode(statx))
        .isEqualTo(
            new FileStat(
                new FileIdentity(new DeviceNumber(259, 70000), 12),
                FileKind.BLOCK_DEVICE,
                0600,
                Bytes.of(5000),
                Bytes.of(8192),
                Optional.of(new DeviceNumber(7, 3))));
  }

  @Test
  void statfs_counts_in_blocks() {
    byte[] statfs = new byte[120];
    ByteBuffer s = Abi.struct(statfs);
    s.putLong(0, 0xEF53).putLong(8, 4096).putLong(16, 100).putLong(24, 50).putLong(32, 40);
    s.putLong(40, 7).putLong(48, 6);
    StatFs expected =
        new StatFs(
            StatFs.EXT4,
            Bytes.ofKiB(4),
            Bytes.ofKiB(400),
            Bytes.ofKiB(200),
            Bytes.ofKiB(160),
            7,
            6);
    assertThat(FileSystems.decode(statfs)).isEqualTo(expected);
    assertThat(expected.used()).isEqualTo(Bytes.ofKiB(200));
  }

  @Test
  void an_ext4_superblock_tells_its_size() {
    byte[] bytes = new byte[Ext4Superblock.SIZE];
    ByteBuffer s = ByteBuffer.wrap(bytes).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    s.putInt(4, 16384).putInt(0x18, 2).putShort(0x38, (short) 0xef53).putInt(0x150, 1);
    assertThat(Ext4Superblock.decode(bytes)).isEqualTo(new Ext4Superblock(16384, Bytes.ofKiB(4)));
    s.putInt(0x60, 0x80);
    assertThat(Ext4Superblock.decode(bytes).blocks()).isEqualTo((1L << 32) + 16384);
    assertThatThrownBy(() -> Ext4Superblock.decode(new byte[1024]))
        .hasMessage("not an ext4 superblock: magic number 0x0, not 0xef53");
  }

  @ParameterizedTest
  @CsvSource({"8:1,0x801", "7:300,0x10072c", "259:70000,0x11110370"})
  void a_device_number_is_encoded_as_the_kernel_does(String text, String encoded) {
    assertThat(DeviceNumber.parse(text).encode()).isEqualTo(Long.decode(encoded));
    assertThat(DeviceNumber.decode(Long.decode(encoded))).hasToString(text);
  }

  @Property
  void a_device_number_survives_its_encoding(
      @ForAll @IntRange(max = 0xfff) int major, @ForAll @IntRange(max = 0xfffff) int minor) {
    DeviceNumber device = new DeviceNumber(major, minor);
    assertThat(DeviceNumber.decode(device.encode())).isEqualTo(device);
    assertThat(DeviceNumber.parse(device.toString())).isEqualTo(device);
  }

  @Test
  void the_table_of_partitions_names_the_loop_devices_in_use_but_not_their_partitions() {
    String partitions =
        """
        major minor  #blocks  name

         254        0  134217728 vda
           7       12       8192 loop12
           7        3     307200 loop3
         259        0       1024 loop3p1
        """;
    assertThat(SysBlock.attachedLoops(partitions)).containsExactly(3, 12);
  }

  @Test
  void a_word_of_mount_options_names_its_flag_or_none() {
    assertThat(MountFlag.parse("nosuid")).contains(MountFlag.NO_SUID);
    assertThat(MountFlag.parse("nouuid")).isEmpty();
  }
}
