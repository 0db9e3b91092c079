package dev.berth.storage.linux;

import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Out;
import jnr.ffi.annotations.SaveError;
import org.jspecify.annotations.Nullable;

/**
 * The functions of the C library that this driver calls, by their names and parameters of the
 * manual's section 2. Structures travel as byte arrays in native order, so that what encodes and
 * decodes them is plain code. Public only because jnr makes its subclass in a class loader of its
 * own.
 */
public interface LibC {
  @SaveError
  int mount(
      @Nullable String source,
      String target,
      @Nullable String type,
      long flags,
      @Nullable String data);

  @SaveError
  int umount2(String target, int flags);

  @SaveError
  int open(String path, int flags, int mode);

  @SaveError
  int close(int fd);

  @SaveError
  int ioctl(int fd, long request, @In @Out byte[] argument);

  @SaveError
  int ioctl(int fd, long request, long argument);

  @SaveError
  int fcntl(int fd, int command, @In @Out byte[] argument);

  @SaveError
  int fcntl(int fd, int command, long argument);

  @SaveError
  int fallocate(int fd, int mode, long offset, long length);

  @SaveError
  long pread(int fd, @Out byte[] data, long count, long offset);

  @SaveError
  long pwrite(int fd, @In byte[] data, long count, long offset);

  @SaveError
  int ftruncate(int fd, long length);

  @SaveError
  long lseek(int fd, long offset, int whence);

  @SaveError
  long copy_file_range(
      int from,
      @In @Out byte[] fromOffset,
      int to,
      @In @Out byte[] toOffset,
      long count,
      int flags);

  @SaveError
  int fsync(int fd);

  @SaveError
  int syncfs(int fd);

  @SaveError
  int statfs(String path, @Out byte[] answer);

  @SaveError
  int statx(int directory, String path, int flags, int mask, @Out byte[] answer);

  @SaveError
  int renameat2(int fromDirectory, String from, int toDirectory, String to, int flags);

  @SaveError
  int quotactl(int command, String special, int id, @In @Out byte[] data);

  @SaveError
  int unlink(String path);

  @SaveError
  int poll(@In @Out byte[] descriptors, long count, int milliseconds);

  @SaveError
  int eventfd(int initial, int flags);

  @SaveError
  long write(int fd, @In byte[] data, long count);

  /** listmount(2) and statmount(2), which the C library has no functions for. */
  @SaveError
  long syscall(long number, @In byte[] request, @Out byte[] answer, long size, int flags);

  /** openat2(2), which the C library has no function for. */
  @SaveError
  long syscall(long number, int directory, String path, @In byte[] how, long size);

  /** open_tree(2), which the C library has no function for before glibc 2.36. */
  @SaveError
  long syscall(long number, int directory, String path, int flags);

  /** mount_setattr(2), which the C library has no function for before glibc 2.36. */
  @SaveError
  long syscall(
      long number, int directory, String path, int flags, @In byte[] attributes, long size);

  /** move_mount(2), which the C library has no function for before glibc 2.36. */
  @SaveError
  long syscall(long number, int fromDirectory, String from, int toDirectory, String to, int flags);

  /** quotactl_fd(2), which the C library has no function for. */
  @SaveError
  long syscall(long number, int fd, int command, int id, @In @Out byte[] data);

  /** mknodat(2), whose function is an inline one in C libraries before glibc 2.33. */
  @SaveError
  long syscall(long number, int directory, String path, int mode, long device);
}
