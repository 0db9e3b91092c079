package dev.berth.provisioner.cluster.kubernetes;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A port of the loopback through which another one is reached, and which can be shut. */
final class Gate implements AutoCloseable {
  private final ServerSocket entrance;
  private final int exit;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile boolean shut;

  Gate(int exit) {
    this.exit = exit;
    try {
      this.entrance = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return entrance.getLocalPort();
  }

  /** Breaks every connection and lets none in. */
  void shut() {
    shut = true;
    open.forEach(Gate::close);
    open.clear();
  }

  void open() {
    shut = false;
  }

  private void accept() {
    while (!entrance.isClosed()) {
      try {
        Socket in = entrance.accept();
        if (shut) {
          in.close();
        } else {
          join(in);
        }
      } catch (IOException _) {
        return; // the gate is closed
      }
    }
  }

  private void join(Socket in) throws IOException {
    try {
      Socket out = new Socket(InetAddress.getLoopbackAddress(), exit);
      open.add(in);
      open.add(out);
      Thread.ofVirtual().start(() -> copy(in, out));
      Thread.ofVirtual().start(() -> copy(out, in));
    } catch (IOException _) {
      in.close(); // nobody is behind the gate
    }
  }

  private static void copy(Socket from, Socket to) {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException _) {
      // one side is gone, and now the other
    }
  }

  private static void close(Closeable socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    shut();
    close(entrance);
  }
}
