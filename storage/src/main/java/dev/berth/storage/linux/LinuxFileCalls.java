package dev.berth.storage.linux;

import dev.berth.storage.Bytes;
import dev.berth.storage.VolumeException.SystemCallFailed;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The kernel's files. */
final class LinuxFileCalls implements FileCalls {
  /** include/uapi/linux/fs.h. */
  private static final int RENAME_NOREPLACE = 1;

  private static final int RENAME_EXCHANGE = 2;

  private final Kernel kernel;
  private final FileSystems filesystems;
  private final OpenFileLocks locks;
  private final Reflinks reflinks;
  private final SparseCopy copies;
  private final Extents extents;
  private final Reclone reclones;
  private final ExtentMap map;
  private final BeneathRoot beneath;

  LinuxFileCalls(Kernel kernel, OpenFileLocks locks) {
    this.kernel = kernel;
    this.filesystems = new FileSystems(kernel);
    this.locks = locks;
    this.reflinks = new Reflinks(kernel);
    this.copies = new SparseCopy(kernel);
    this.extents = new Extents(kernel);
    this.reclones = new Reclone(kernel, extents);
    this.map = new ExtentMap(kernel);
    this.beneath = new BeneathRoot(kernel);
  }

  @Override
  public void allocate(Path file, Bytes from, Bytes length) {
    try (Descriptor f = kernel.open(file, Abi.O_RDWR | Abi.O_NOFOLLOW)) {
      kernel.call(
          "fallocate",
          file + " from " + from + " length " + length,
          () -> kernel.libc().fallocate(f.fd(), 0, from.value(), length.value()));
    }
  }

  @Override
  public void reflink(Path source, Path target) {
    reflinks.reflink(source, target);
  }

  @Override
  public void reclone(Path source, Path target) {
    reclones.reclone(source, target);
  }

  @Override
  public boolean supportsReflink(Path dir) {
    return reflinks.isSupported(dir);
  }

  @Override
  public void copySparse(Path source, Path target) {
    copies.copy(source, target);
  }

  @Override
  public boolean copySparse(Path source, Path target, Bytes from, CopyWatch watch) {
    return copies.into(source, target, from, watch);
  }

  @Override
  public List<Extent> extents(Path file, long from, long to) {
    return map.extents(file, from, to);
  }

  @Override
  public Bytes unshared(Path file) {
    return extents.unshared(file);
  }

  @Override
  public void syncFilesystem(Path any) {
    try (Descriptor f = kernel.open(any, Abi.O_RDONLY | Abi.O_NOFOLLOW | Abi.O_NONBLOCK)) {
      kernel.call("syncfs", any.toString(), () -> kernel.libc().syncfs(f.fd()));
    }
  }

  @Override
  public void syncDirectory(Path dir) {
    sync(dir, Abi.O_DIRECTORY);
  }

  @Override
  public void syncFile(Path file) {
    sync(file, Abi.O_NONBLOCK);
  }

  private void sync(Path path, int flag) {
    try (Descriptor f = kernel.open(path, Abi.O_RDONLY | Abi.O_NOFOLLOW | flag)) {
      kernel.call("fsync", path.toString(), () -> kernel.libc().fsync(f.fd()));
    }
  }

  @Override
  public StatFs statfs(Path any) {
    return filesystems.statfs(any);
  }

  @Override
  public FileStat stat(Path file) {
    byte[] answer = new byte[Stat.SIZE];
    kernel.call(
        "stat",
        file.toString(),
        () ->
            kernel
                .libc()
                .statx(Abi.AT_FDCWD, file.toString(), Abi.AT_SYMLINK_NOFOLLOW, Stat.BASIC, answer));
    return Stat.decode(answer);
  }

  @Override
  public Optional<FileLock> tryLock(Path file) {
    Descriptor f = kernel.open(file, Abi.O_RDWR | Abi.O_NOFOLLOW | Abi.O_NONBLOCK);
    try {
      locks.take(f, OpenFileLocks.WRITE);
      return Optional.of(new HeldLock(f));
    } catch (SystemCallFailed refused) {
      f.close();
      if (refused.is("EAGAIN") || refused.is("EACCES")) {
        return Optional.empty();
      }
      throw refused;
    }
  }

  @Override
  public void noCopyOnWrite(Path emptyFileOrDirectory) {
    int flags = Abi.O_RDONLY | Abi.O_NOFOLLOW | Abi.O_NONBLOCK;
    try (Descriptor f = kernel.open(emptyFileOrDirectory, flags)) {
      InodeFlags.set(f, InodeFlags.NO_COPY_ON_WRITE);
    }
  }

  @Override
  public Path resolveBeneath(Path root, Path relative) {
    return beneath.resolve(root, relative);
  }

  @Override
  public void renameNoReplace(Path from, Path to) {
    rename(from, to, RENAME_NOREPLACE, " to ");
  }

  @Override
  public void exchange(Path one, Path other) {
    rename(one, other, RENAME_EXCHANGE, " with ");
  }

  private void rename(Path from, Path to, int flag, String word) {
    kernel.call(
        "renameat2",
        from + word + to,
        () ->
            kernel
                .libc()
                .renameat2(Abi.AT_FDCWD, from.toString(), Abi.AT_FDCWD, to.toString(), flag));
  }
}
