package dev.berth.provisioner.recycle;

import dev.berth.provisioner.pod.HostMounts;
import dev.berth.provisioner.pod.NfsShare;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Empties folders of NFS servers, each mounted at a place that nobody else sees for that time. */
final class ShareRecycler {
  private static final Logger LOG = LoggerFactory.getLogger(ShareRecycler.class);

  /** After this long it is looked whether the server still answers. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final HostMounts mounts;
  private final Path scratch;
  private final Set<Path> used = new HashSet<>(); // guarded by this

  ShareRecycler(HostMounts mounts, Path scratch) {
    this.mounts = mounts;
    this.scratch = scratch;
  }

  void empty(Contents.NfsExport export) throws RecycleException {
    Path place;
    NfsShare share;
    try {
      share = NfsShare.of(export.server(), export.path(), export.mountOptions(), false).writable();
      place = take();
    } catch (IllegalArgumentException e) {
      throw new RecycleException(String.valueOf(e.getMessage()), e);
    } catch (IOException | UncheckedIOException e) {
      throw new RecycleException("no folder can be made in " + scratch + ": " + e, e);
    }
    try {
      mounts.nfs(share, place);
      emptied(share, place);
    } catch (UncheckedIOException e) {
      throw new RecycleException(why(e), e);
    } finally {
      giveBack(place);
    }
  }

  private static String why(UncheckedIOException e) {
    IOException cause = e.getCause();
    return String.valueOf(cause == null ? e : cause.getMessage());
  }

  private void emptied(NfsShare share, Path place) throws RecycleException {
    try {
      Emptying emptying = Emptying.start(place);
      while (!emptying.endsWithin(PATIENCE)) {
        // In use, it is unmounted only if the server is dead; then the removal ends with an error.
        tryToUnmount(place);
      }
    } catch (RecycleException e) { // people know the share, not the place
      throw new RecycleException(e.why().replace(place.toString(), share + " at "), e);
    }
    if (!mounts.isMounted(place)) {
      throw new RecycleException(share + ": was unmounted while it was emptied; it is tried again");
    }
  }

  /** A new folder; what a process that was killed has left goes first. */
  private synchronized Path take() throws IOException {
    Path top = Files.createDirectories(scratch).toRealPath();
    Files.setPosixFilePermissions(top, PosixFilePermissions.fromString("rwx------"));
    try (DirectoryStream<Path> old = Files.newDirectoryStream(top)) {
      for (Path left : old) {
        if (!used.contains(left)) {
          remove(left);
        }
      }
    }
    Path place = Files.createTempDirectory(top, "share-");
    used.add(place);
    return place;
  }

  private synchronized void giveBack(Path place) {
    remove(place);
    used.remove(place);
  }

  private void remove(Path place) {
    tryToUnmount(place);
    try {
      Files.deleteIfExists(place); // an empty folder: what is mounted, or not empty, stays
    } catch (IOException e) {
      LOG.warn("{} is not removed: {}", place, e.toString());
    }
  }

  private void tryToUnmount(Path place) {
    try {
      mounts.unmount(place);
    } catch (UncheckedIOException e) {
      LOG.info("{} stays mounted: {}", place, e.getMessage());
    }
  }
}
