package dev.berth.storage.linux;

import dev.berth.storage.Bytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** Growth by the ioctls that xfs_growfs(8) and resize2fs(8) use. */
final class LinuxFilesystemGrowth implements FilesystemGrowth {
  /** {@code struct xfs_fsop_geom} of fs/xfs/libxfs/xfs_fs.h (since Linux 5.2). */
  private static final int GEOMETRY_SIZE = 256;

  private static final int BLOCK_SIZE = 0;
  private static final int INODE_PERCENT = 28;
  private static final int DATA_BLOCKS = 32;
  private static final long XFS_IOC_FSGEOMETRY = Abi.ior('X', 126, GEOMETRY_SIZE);

  /** {@code struct xfs_growfs_data}: new number of blocks, percentage for inodes. */
  private static final int GROW_SIZE = 16;

  private static final long XFS_IOC_FSGROWFSDATA = Abi.iow('X', 110, GROW_SIZE);

  /** fs/ext4/ext4.h; the argument is the new number of blocks. */
  private static final long EXT4_IOC_RESIZE_FS = Abi.iow('f', 16, Long.BYTES);

  private final Kernel kernel;
  private final FileCalls files;

  LinuxFilesystemGrowth(Kernel kernel, FileCalls files) {
    this.kernel = kernel;
    this.files = files;
  }

  @Override
  public void growXfs(Path mountPoint, Bytes to) {
    try (Descriptor root = kernel.open(mountPoint, Abi.O_RDONLY | Abi.O_DIRECTORY)) {
      byte[] geometry = new byte[GEOMETRY_SIZE];
      root.ioctl("XFS_IOC_FSGEOMETRY", XFS_IOC_FSGEOMETRY, geometry);
      ByteBuffer now = Abi.struct(geometry);
      long blocks = to.value() / now.getInt(BLOCK_SIZE);
      if (blocks <= now.getLong(DATA_BLOCKS)) {
        return;
      }
      byte[] growth = new byte[GROW_SIZE];
      Abi.struct(growth).putLong(0, blocks).putInt(8, now.getInt(INODE_PERCENT));
      root.ioctl("XFS_IOC_FSGROWFSDATA", XFS_IOC_FSGROWFSDATA, growth);
    }
  }

  /**
   * The size of now is read from the superblock on the device, as resize2fs does: statfs leaves the
   * filesystem's own blocks out, and the ioctl asks for CAP_SYS_RESOURCE even when nothing is to
   * do.
   */
  @Override
  public void growExt4(Path mountPoint, Bytes to) {
    try (Descriptor root = kernel.open(mountPoint, Abi.O_RDONLY | Abi.O_DIRECTORY)) {
      Ext4Superblock now = superblock(files.identity(mountPoint).device());
      long blocks = to.value() / now.blockSize().value();
      if (blocks <= now.blocks()) {
        return;
      }
      byte[] growth = new byte[Long.BYTES];
      Abi.struct(growth).putLong(0, blocks);
      root.ioctl("EXT4_IOC_RESIZE_FS", EXT4_IOC_RESIZE_FS, growth);
    }
  }

  private static Ext4Superblock superblock(DeviceNumber device) {
    try (SeekableByteChannel channel = Files.newByteChannel(BlockNodes.of(device))) {
      ByteBuffer room = ByteBuffer.allocate(Ext4Superblock.SIZE);
      channel.position(Ext4Superblock.OFFSET);
      while (room.hasRemaining() && channel.read(room) >= 0) {}
      return Ext4Superblock.decode(room.array());
    } catch (IOException e) {
      throw new UncheckedIOException("reading the superblock of device " + device, e);
    }
  }
}
