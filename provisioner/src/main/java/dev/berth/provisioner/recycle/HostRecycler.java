package dev.berth.provisioner.recycle;

import dev.berth.provisioner.pod.HostMounts;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Empties volumes of this machine. */
public final class HostRecycler implements Recycler {
  private final HostMounts mounts;

  /** A recycler that asks which mounts lie in its way. */
  public HostRecycler(HostMounts mounts) {
    this.mounts = mounts;
  }

  @Override
  public void empty(Contents contents) throws RecycleException {
    switch (contents) {
      case Contents.HostFolder(String path) -> onPlatformThread(checked(path));
      case Contents.NfsExport export ->
          throw new RecycleException(
              "nfs "
                  + export.server()
                  + ":"
                  + export.path()
                  + " is not recycled here; empty it by hand, then clear spec.claimRef");
    }
  }

  private Path checked(String text) throws RecycleException {
    Path path = path(text);
    if (!path.isAbsolute() || !path.equals(path.normalize()) || path.getNameCount() == 0) {
      throw new RecycleException(
          "spec.hostPath.path \"" + text + "\" must be an absolute path, without '..' and not /");
    }
    List<Path> inside = mounts.mountsBelow(path);
    if (!inside.isEmpty()) {
      throw new RecycleException(
          inside.getFirst() + " is mounted below " + path + " and would be emptied; unmount it");
    }
    return path;
  }

  private static Path path(String text) throws RecycleException {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new RecycleException("spec.hostPath.path: " + e.getMessage(), e);
    }
  }

  /** A removal may take minutes, and would hold the carrier of a virtual thread all the while. */
  private static void onPlatformThread(Path path) throws RecycleException {
    try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
      Future<?> done =
          thread.submit(
              () -> {
                empty(path);
                return null;
              });
      done.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RecycleException known
          ? known
          : new RecycleException(String.valueOf(e.getCause()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RecycleException("interrupted while " + path + " is emptied", e);
    }
  }

  private static void empty(Path path) throws RecycleException {
    try (Folder folder = Folder.open(path)) {
      folder.empty();
    } catch (NoSuchFileException e) {
      throw new RecycleException(e.getFile() + ": no such file or folder", e);
    } catch (IOException e) {
      throw new RecycleException(String.valueOf(e.getMessage()), e);
    }
  }
}
