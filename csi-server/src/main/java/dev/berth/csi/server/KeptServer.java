package dev.berth.csi.server;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.berth.csi.server.call.CallInterceptor;
import io.grpc.BindableService;
import io.grpc.ServerInterceptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Services on a unix socket whose name comes back when somebody takes it away: the folders of a
 * kubelet are now and then emptied, or made anew, under a driver that runs on.
 *
 * <p>A socket of another process in our place is left alone for as long as that one answers.
 */
public final class KeptServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KeptServer.class);
  private static final Duration GRACE = Duration.ofSeconds(10);

  private final Endpoint endpoint;
  private final Path folder;
  private final List<BindableService> services;
  private final List<ServerInterceptor> interceptors;
  private final FolderWatch watch;
  private final FolderWatch.Check check = this::settle;
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private CsiServer current;

  @GuardedBy("lock")
  private String lastProblem = "";

  @GuardedBy("lock")
  private boolean closed;

  private KeptServer(
      Endpoint endpoint,
      List<BindableService> services,
      List<ServerInterceptor> interceptors,
      FolderWatch watch)
      throws IOException {
    this.endpoint = endpoint;
    this.folder = Objects.requireNonNull(endpoint.socket().getParent());
    this.services = services;
    this.interceptors = interceptors;
    this.watch = watch;
    this.current = open();
  }

  /**
   * Serves CSI; makes the socket's folder where it is not there.
   *
   * @throws IOException when another process answers on the socket, or it cannot be made there
   */
  public static KeptServer ofCsi(
      Endpoint endpoint, List<? extends BindableService> services, FolderWatch watch)
      throws IOException {
    KeptServer server = start(endpoint, services, List.of(new CallInterceptor()), watch);
    LOG.info("CSI services answer on {}", endpoint);
    return server;
  }

  /** Serves another protocol than CSI, to which neither its limits nor its log lines apply. */
  public static KeptServer ofOther(
      Endpoint endpoint, List<? extends BindableService> services, FolderWatch watch)
      throws IOException {
    return start(endpoint, services, List.of(), watch);
  }

  private static KeptServer start(
      Endpoint endpoint,
      List<? extends BindableService> services,
      List<ServerInterceptor> interceptors,
      FolderWatch watch)
      throws IOException {
    KeptServer server = new KeptServer(endpoint, List.copyOf(services), interceptors, watch);
    try {
      watch.add(server.folder, server.check);
    } catch (IOException e) {
      server.close();
      throw e;
    }
    server.settle(); // what happened before the watch
    return server;
  }

  private CsiServer open() throws IOException {
    Files.createDirectories(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-x---")));
    return CsiServer.start(endpoint, services, interceptors);
  }

  /**
   * Takes the socket away and makes a new one, for whoever watches the folder to take notice of.
   *
   * @throws IOException if there is none now; it comes back by itself when it can
   */
  public void renew() throws IOException {
    lock.lock();
    try {
      if (!closed) {
        current.close(GRACE);
        current = open();
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean settle() {
    lock.lock();
    try {
      if (closed || current.isInPlace()) {
        return true;
      }
      CsiServer before = current;
      current = open();
      lastProblem = "";
      LOG.info("{} was taken away; it is there again", endpoint);
      // Calls that came through the old name end in peace.
      Thread.ofVirtual().name("csi-leaving").start(() -> before.close(GRACE));
      return true;
    } catch (IOException e) {
      if (!e.toString().equals(lastProblem)) {
        lastProblem = e.toString();
        LOG.warn("{} was taken away and cannot be made again: {}", endpoint, lastProblem);
      }
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** Takes no new calls, waits ten seconds for those under way; the name goes if it is ours. */
  @Override
  public void close() {
    watch.remove(check);
    lock.lock();
    try {
      closed = true;
      current.close(GRACE);
    } finally {
      lock.unlock();
    }
  }
}
