package dev.berth.program.nfs;

import dev.berth.csi.server.work.OneAtATime;
import dev.berth.provisioner.pod.NfsShare;
import dev.berth.storage.VolumeException;
import dev.berth.storage.VolumeException.SystemCallFailed;
import dev.berth.storage.linux.MountEntry;
import dev.berth.storage.linux.MountTable;
import dev.berth.storage.linux.Mounts;
import dev.berth.storage.linux.UnmountFlag;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mounts and unmounts folders of NFS servers. What is mounted is read from the mount table each
 * time: a call that was given up on may succeed later.
 */
public final class NfsMounts implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NfsMounts.class);
  private static final int THREADS = 8;
  private static final int QUEUE = 32;

  /**
   * How long is waited.
   *
   * @param answer for a server to answer at all
   * @param mount for a mount, and for what reads or writes below one
   * @param unmount for an unmount, which writes what is not written yet
   */
  public record Patience(Duration answer, Duration mount, Duration unmount) {
    /** Five seconds for an answer, 25 for a mount, 10 for an unmount. */
    public static final Patience USUAL =
        new Patience(Duration.ofSeconds(5), Duration.ofSeconds(25), Duration.ofSeconds(10));
  }

  /** What runs one at a time: a forced unmount must not wait for the one that hangs. */
  private record Work(String what, Path target) {}

  private final Mounts mounts;
  private final Patience patience;
  private final OneAtATime<Work> pool;

  /** Over the kernel's mounts. */
  public NfsMounts(Mounts mounts, Patience patience) {
    this.mounts = mounts;
    this.patience = patience;
    this.pool = new OneAtATime<>(THREADS, QUEUE, patience.mount());
  }

  /** Whether it is a mount that may have to wait for a server. */
  public static boolean isNfs(MountEntry entry) {
    return entry.fsType().equals("nfs4") || entry.fsType().equals("nfs");
  }

  /**
   * Mounts a share on an existing folder.
   *
   * @throws IOException with server, path, reason and what to do
   */
  public void mount(NfsShare share, Path target) throws IOException {
    Optional<IOException> failure =
        within(
            share.toString(),
            new Work("mount", target),
            patience.mount(),
            () -> {
              try {
                mountNow(share, target);
                return Optional.empty();
              } catch (IOException e) {
                return Optional.of(e);
              }
            });
    if (failure.isPresent()) {
      throw failure.get();
    }
  }

  private void mountNow(NfsShare share, Path target) throws IOException {
    if (mounts.table().at(target).filter(e -> e.source().equals(share.source())).isPresent()) {
      return; // an earlier call, on which its caller had given up
    }
    new NfsCall(mounts, NfsServer.reach(share, patience.answer()), share, target).mount();
  }

  /**
   * Takes the topmost mount off. While the server answers this waits for it, so that nothing is
   * lost; when it does not, the mount goes by force.
   *
   * @throws IOException if it is still mounted, with the reason
   * @throws SystemCallFailed if the kernel refuses
   */
  public void unmount(MountEntry entry) throws IOException {
    Path target = entry.mountPoint();
    try {
      within(
          entry.source(),
          new Work("unmount", target),
          patience.unmount(),
          () -> unmounted(target, Set.of()));
      return;
    } catch (IOException late) {
      if (!isThere(entry)) {
        return;
      }
      if (answers(entry)) {
        throw late; // it is written what is to be written
      }
    } catch (SystemCallFailed refused) {
      if (!refused.is("EBUSY") || answers(entry)) {
        throw refused;
      }
    }
    force(entry);
  }

  private void force(MountEntry entry) throws IOException {
    Path target = entry.mountPoint();
    MountTable table = mounts.table();
    // Requests are aborted for all mounts of one filesystem: those of other pods may still be
    // saved.
    boolean shared = table.ofDevice(entry.device()).size() > 1;
    Set<UnmountFlag> flags = EnumSet.of(UnmountFlag.DETACH);
    if (!shared) {
      flags.add(UnmountFlag.FORCE);
    }
    LOG.warn(
        "{} at {}: the server does not answer; unmounted by force, what was not written to it is"
            + " lost",
        entry.source(),
        target);
    try {
      within(
          entry.source(),
          new Work("force", target),
          patience.answer(),
          () -> unmounted(target, flags));
    } catch (IOException late) {
      if (isThere(entry)) {
        throw late;
      }
    }
  }

  private boolean unmounted(Path target, Set<UnmountFlag> flags) {
    mounts.unmount(target, flags);
    return true;
  }

  private boolean isThere(MountEntry entry) {
    return mounts.table().entries().stream().anyMatch(e -> e.id() == entry.id());
  }

  private boolean answers(MountEntry entry) {
    return option(entry, "addr")
        .map(
            address ->
                NfsServer.answers(
                    InetAddress.ofLiteral(address),
                    option(entry, "port").map(Integer::parseInt).orElse(NfsServer.PORT),
                    patience.answer()))
        .orElse(false);
  }

  private static Optional<String> option(MountEntry entry, String name) {
    return entry.superOptions().stream()
        .filter(word -> word.startsWith(name + "="))
        .map(word -> word.substring(name.length() + 1))
        .findFirst();
  }

  /**
   * Does what looks into an NFS mount.
   *
   * @throws IOException if the server does not answer for too long; the work goes on
   */
  public void below(MountEntry entry, Path target, Runnable work) throws IOException {
    within(
        entry.source(),
        new Work("below", target),
        patience.mount(),
        () -> {
          work.run();
          return true;
        });
  }

  private <R> R within(String what, Work key, Duration deadline, Supplier<R> work)
      throws IOException {
    try {
      return pool.run(key, deadline, work);
    } catch (VolumeException.StillRunning e) {
      throw new IOException(
          what
              + ": no answer for "
              + deadline.toSeconds()
              + " s at "
              + key.target()
              + "; look after the NFS server and the network, it is tried again",
          e);
    } catch (VolumeException.Busy e) {
      throw new IOException(
          what
              + ": the "
              + key.what()
              + " at "
              + key.target()
              + " still waits for the NFS server; look after the server and the network",
          e);
    } catch (VolumeException.Overloaded e) {
      throw new IOException(what + ": " + e.getMessage(), e);
    }
  }

  /** Leaves what hangs to the kernel; mounts stay. */
  @Override
  public void close() {
    pool.close();
  }
}
