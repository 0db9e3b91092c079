package dev.berth.storage.linux.recorded;

import dev.berth.storage.Bytes;
import dev.berth.storage.linux.CopyWatch;
import dev.berth.storage.linux.Extent;
import dev.berth.storage.linux.FileCalls;
import dev.berth.storage.linux.FileLock;
import dev.berth.storage.linux.FileStat;
import dev.berth.storage.linux.StatFs;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The file calls of {@link FaultyLinux}. */
record FaultyFiles(FileCalls real, Faults faults) implements FileCalls {
  @Override
  public void allocate(Path file, Bytes from, Bytes length) {
    faults.before("allocate", file.toString());
    real.allocate(file, from, length);
  }

  @Override
  public void reflink(Path source, Path target) {
    faults.before("reflink", source + " to " + target);
    real.reflink(source, target);
  }

  @Override
  public void reclone(Path source, Path target) {
    faults.before("reclone", source + " to " + target);
    real.reclone(source, target);
  }

  @Override
  public boolean supportsReflink(Path dir) {
    return real.supportsReflink(dir);
  }

  @Override
  public void copySparse(Path source, Path target) {
    faults.before("copySparse", source + " to " + target);
    real.copySparse(source, target);
  }

  @Override
  public boolean copySparse(Path source, Path target, Bytes from, CopyWatch watch) {
    faults.before("copySparse", source + " to " + target + " from " + from.value());
    return real.copySparse(
        source,
        target,
        from,
        done -> {
          faults.before("copyPiece", target + " at " + done.value());
          return watch.goesOn(done);
        });
  }

  @Override
  public Bytes unshared(Path file) {
    faults.before("unshared", file.toString());
    return real.unshared(file);
  }

  @Override
  public List<Extent> extents(Path file, long from, long to) {
    faults.before("extents", file.toString());
    return real.extents(file, from, to);
  }

  @Override
  public void syncFilesystem(Path any) {
    faults.before("syncFilesystem", any.toString());
    real.syncFilesystem(any);
  }

  @Override
  public void syncDirectory(Path dir) {
    faults.before("syncDirectory", dir.toString());
    real.syncDirectory(dir);
  }

  @Override
  public void syncFile(Path file) {
    faults.before("syncFile", file.toString());
    real.syncFile(file);
  }

  @Override
  public StatFs statfs(Path any) {
    faults.before("statfs", any.toString());
    return real.statfs(any);
  }

  @Override
  public FileStat stat(Path file) {
    faults.before("stat", file.toString());
    return real.stat(file);
  }

  @Override
  public Optional<FileLock> tryLock(Path file) {
    faults.before("tryLock", file.toString());
    return real.tryLock(file);
  }

  @Override
  public void noCopyOnWrite(Path emptyFileOrDirectory) {
    faults.before("noCopyOnWrite", emptyFileOrDirectory.toString());
    real.noCopyOnWrite(emptyFileOrDirectory);
  }

  @Override
  public Path resolveBeneath(Path root, Path relative) {
    faults.before("resolveBeneath", relative + " beneath " + root);
    return real.resolveBeneath(root, relative);
  }

  @Override
  public void renameNoReplace(Path from, Path to) {
    faults.before("renameNoReplace", from + " to " + to);
    real.renameNoReplace(from, to);
  }

  @Override
  public void exchange(Path one, Path other) {
    faults.before("exchange", one + " with " + other);
    real.exchange(one, other);
  }
}
