package dev.berth.storage.linux;

import dev.berth.storage.VolumeException.SystemCallFailed;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits in poll(2) for the mount table to change: mountinfo is then readable with POLLPRI and
 * POLLERR (proc_pid_mounts(5)). An eventfd(2) in the same poll ends the wait.
 */
final class MountWatch implements Mounts.Watch {
  private static final Logger LOG = LoggerFactory.getLogger(MountWatch.class);

  /** {@code struct pollfd} of poll(2): int fd, short events, short revents. */
  private static final int POLLFD = 8;

  private static final int REVENTS = 6;
  private static final short POLLIN = 1;
  private static final short POLLPRI = 2;
  private static final short POLLERR = 8;

  private final Kernel kernel;
  private final Descriptor table;
  private final Descriptor stop;
  private final Runnable onChange;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Thread thread;

  private MountWatch(Kernel kernel, Descriptor table, Descriptor stop, Runnable onChange) {
    this.kernel = kernel;
    this.table = table;
    this.stop = stop;
    this.onChange = onChange;
    this.thread = Thread.ofPlatform().daemon().name("mount-watch").unstarted(this::run);
  }

  static MountWatch start(Kernel kernel, Path mountinfo, Runnable onChange) {
    Descriptor table = kernel.open(mountinfo, Abi.O_RDONLY);
    try {
      long fd = kernel.call("eventfd", "0", () -> kernel.libc().eventfd(0, Abi.O_CLOEXEC));
      Descriptor stop = new Descriptor(kernel, (int) fd, Path.of("eventfd"));
      MountWatch watch = new MountWatch(kernel, table, stop, onChange);
      watch.thread.start();
      return watch;
    } catch (SystemCallFailed refused) {
      table.close();
      throw refused;
    }
  }

  private void run() {
    try (table;
        stop) {
      while (awaitChange()) {
        tell();
      }
    } finally {
      closed.set(true);
    }
  }

  /** Answers whether the table has changed; otherwise it is time to stop. */
  private boolean awaitChange() {
    byte[] pollfds = new byte[2 * POLLFD];
    ByteBuffer s = Abi.struct(pollfds);
    s.putInt(0, table.fd()).putShort(4, (short) (POLLPRI | POLLERR));
    s.putInt(POLLFD, stop.fd()).putShort(POLLFD + 4, POLLIN);
    kernel.call("poll", table.path().toString(), () -> kernel.libc().poll(pollfds, 2, -1));
    return s.getShort(POLLFD + REVENTS) == 0;
  }

  /** A listener that fails must not end the watch, for nobody would notice. */
  private void tell() {
    try {
      onChange.run();
    } catch (RuntimeException e) {
      LOG.error("the listener of the mount table failed; the watch goes on", e);
    }
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      byte[] one = new byte[Long.BYTES];
      Abi.struct(one).putLong(0, 1);
      kernel.call("write", "eventfd", () -> kernel.libc().write(stop.fd(), one, one.length));
    }
  }
}
