package dev.berth.storage.linux;

import dev.berth.storage.Bytes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The kernel's loop devices (loop(4)): everybody's, so who asks must look at {@link
 * LoopDevice#backing()} before touching one.
 */
public interface LoopDevices {
  /**
   * Attaches an image to a free loop device. It never looks whether the image is attached already:
   * that is the caller's part, with {@link #findAll}.
   *
   * <p>With {@link AttachRequest#lock()}, an open-file-description lock (fcntl_locking(2)) on the
   * whole file is taken first and lives in the loop device until that is detached, whatever becomes
   * of this process; errno EAGAIN when somebody holds one.
   */
  LoopDevice attach(AttachRequest request);

  /**
   * As {@link #attach}, of an image that nobody has open, no other loop device above all, and that
   * nobody can open meanwhile: one look that needs no second. Errno EAGAIN when somebody has it
   * open or locked, another when its filesystem cannot tell.
   */
  LoopDevice attachUnopened(AttachRequest request);

  /**
   * Whether a loop device of {@code image} may exist: the answer no is certain and quick, after yes
   * {@link #findAll} knows more.
   */
  default boolean mayBeAttached(Path image) {
    return true;
  }

  /** The loop device of that number, if a file is attached there now. */
  default Optional<LoopDevice> at(int number) {
    return list().stream().filter(d -> d.number() == number).findFirst();
  }

  /** Every attached loop device of the machine, by number: the kernel is asked about each. */
  List<LoopDevice> list();

  /** The loop devices of one file, by number. */
  default List<LoopDevice> findAll(FileIdentity backing) {
    return list().stream().filter(d -> d.backing().equals(backing)).toList();
  }

  /** The loop device of one file, the one with the lowest number when there are several. */
  default Optional<LoopDevice> find(FileIdentity backing) {
    return findAll(backing).stream().findFirst();
  }

  /**
   * Detaches {@code device} and returns when it is gone; does nothing when that number is free or
   * serves another file by now. Errno EBUSY when it is still in use (mounted, or open) after a few
   * seconds; it then stays attached, also when its user leaves.
   */
  void detach(LoopDevice device);

  /**
   * Takes back a detach that waits for the last user of {@code device}, as one that was killed
   * half-way leaves it: else the device would end under whoever uses it next, and its number could
   * come to mean another file. Does nothing when no detach waits or the device is gone.
   */
  void keep(LoopDevice device);

  /**
   * Switches discard off, so that neither a trim nor a mount option gives blocks of the file back;
   * for as long as {@code device} is attached, though the kernel would keep it for whoever gets the
   * number next. Errno EROFS where /sys cannot be written.
   */
  void forbidDiscard(LoopDevice device);

  /**
   * Sets the device's queue as {@code wanted} says, all of it or nothing, for as long as it is
   * attached; answers what was before of what {@code wanted} names. Discard that was switched off
   * cannot be switched on again on kernels that have forgotten its granularity (6.9 and later): it
   * then stays off until the device is attached anew. Errno EINVAL for a scheduler that the kernel
   * does not have, EROFS where /sys cannot be written.
   */
  QueueSettings tune(LoopDevice device, QueueSettings wanted);

  /**
   * How the filesystem on {@code device} is, of which {@code mount} is a mount; it only looks. What
   * cannot be known, as of an ext4 without a journal whether it is frozen, counts as well.
   */
  default FilesystemCondition condition(LoopDevice device, MountEntry mount) {
    return FilesystemCondition.WELL;
  }

  /**
   * Makes the device as large as its file has become (LOOP_SET_CAPACITY). Errno ENXIO when that
   * number is free or serves another file by now.
   */
  LoopDevice setCapacity(LoopDevice device);

  /**
   * What to attach and how.
   *
   * @param name lo_file_name, at most 63 bytes of UTF-8
   * @param blockSize logical block size: a power of two from 512 to 4096
   * @param directIo ask for direct I/O; whether it came about is in {@link LoopDevice#directIo()}
   * @param lock a write lock, or a read lock for a device that is read-only
   */
  record AttachRequest(
      Path image, String name, Bytes blockSize, boolean readOnly, boolean directIo, boolean lock) {
    /** LO_NAME_SIZE of include/uapi/linux/loop.h, without the terminating zero. */
    static final int LONGEST_NAME = 63;

    public AttachRequest {
      int length = name.getBytes(StandardCharsets.UTF_8).length;
      if (length > LONGEST_NAME) {
        throw new IllegalArgumentException(
            "name " + name + " has " + length + " bytes; a loop device keeps " + LONGEST_NAME);
      }
      long size = blockSize.value();
      if (size < 512 || size > 4096 || Long.bitCount(size) != 1) {
        throw new IllegalArgumentException(
            "block size " + size + " is not 512, 1024, 2048 or 4096 bytes");
      }
    }
  }
}
