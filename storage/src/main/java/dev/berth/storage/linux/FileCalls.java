package dev.berth.storage.linux;

import dev.berth.storage.Bytes;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What java.nio cannot do with files. Symbolic links in the last component are never followed. */
public interface FileCalls {
  /** fallocate(2): gives the range blocks of its own; the file grows when the range is past it. */
  void allocate(Path file, Bytes from, Bytes length);

  /**
   * FICLONE of ioctl_ficlonerange(2): makes {@code target}, which must not exist, with mode 0600
   * and the data of {@code source}, sharing its blocks. Errno EOPNOTSUPP where the filesystem
   * cannot, EXDEV across filesystems; nothing is left at {@code target} then.
   */
  void reflink(Path source, Path target);

  /**
   * Brings {@code target}, which {@link #reflink} made of {@code source} and nobody has written to
   * since, to what the source is now, at the cost of what has changed: FICLONERANGE where the maps
   * of extents differ. Only on xfs, and of a source that nobody writes to.
   */
  void reclone(Path source, Path target);

  /**
   * Whether the filesystem of {@code dir} can do {@link #reflink}: tries it with two small files.
   */
  boolean supportsReflink(Path dir);

  /**
   * Copies the data of {@code source} to {@code target}, which must not exist, with mode 0600:
   * SEEK_DATA and SEEK_HOLE of lseek(2), copy_file_range(2), and read(2) with write(2) between
   * filesystems that cannot do that. Holes stay holes, and the length is the same. Whatever fails,
   * nothing is left at {@code target}.
   */
  void copySparse(Path source, Path target);

  /**
   * The same into {@code target}, which exists, from an offset on and in ascending order: data
   * only, and neither the length of the target nor what lies below {@code from} changes. What it
   * leaves behind when it fails or is ended stays.
   *
   * @return whether it came to the end
   */
  boolean copySparse(Path source, Path target, Bytes from, CopyWatch watch);

  /**
   * How much of what a file has on the disk it shares with no other: FS_IOC_FIEMAP without the
   * extents that are FIEMAP_EXTENT_SHARED; all of it on filesystems that cannot tell, which cannot
   * share either. Its cost grows with the file's extents.
   */
  Bytes unshared(Path file);

  /**
   * Where {@code file} has data between {@code from} and {@code to}, in order and within these: its
   * extents (FS_IOC_FIEMAP, written out first) but those that were never written, or what SEEK_DATA
   * finds where the filesystem has no such map.
   */
  List<Extent> extents(Path file, long from, long to);

  /** syncfs(2) of the filesystem that holds {@code any}, an ordinary file or a directory. */
  void syncFilesystem(Path any);

  /** fsync(2) of a directory: names made, renamed or removed in it survive a power cut. */
  void syncDirectory(Path dir);

  /** fsync(2) of an ordinary file. */
  void syncFile(Path file);

  /** statfs(2). */
  StatFs statfs(Path any);

  /** stat(2), of a symbolic link itself. */
  FileStat stat(Path file);

  /** Device and inode number, of a symbolic link itself. */
  default FileIdentity identity(Path file) {
    return stat(file).identity();
  }

  /**
   * An open-file-description write lock on a whole file (F_OFD_SETLK of fcntl_locking(2)); empty
   * when another open file, in this process or elsewhere, holds one.
   */
  Optional<FileLock> tryLock(Path file);

  /**
   * FS_NOCOW_FL of ioctl_iflags(2), which btrfs honours on an empty file, and on a directory for
   * the files made in it later. Errno EOPNOTSUPP, ENOTTY or EINVAL on other filesystems.
   */
  void noCopyOnWrite(Path emptyFileOrDirectory);

  /**
   * Looks {@code relative} up below {@code root} with openat2(2), RESOLVE_BENEATH,
   * RESOLVE_NO_SYMLINKS and RESOLVE_NO_MAGICLINKS, and answers its absolute path. Errno EXDEV for
   * what leads out of {@code root}, ELOOP for a symbolic link, ENOENT for what is not there.
   */
  Path resolveBeneath(Path root, Path relative);

  /** renameat2(2) with RENAME_NOREPLACE; errno EEXIST when {@code to} exists. */
  void renameNoReplace(Path from, Path to);

  /** renameat2(2) with RENAME_EXCHANGE: both exist and change places at once. */
  void exchange(Path one, Path other);
}
