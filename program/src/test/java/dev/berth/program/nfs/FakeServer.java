package dev.berth.program.nfs;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Answers the null procedure of NFS 4 on loopback, until it is told to fall silent. */
final class FakeServer implements AutoCloseable {
  private static final int ANSWER_BYTES = 24;

  private final ServerSocket listening;
  private volatile boolean silent;

  FakeServer() {
    try {
      listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofPlatform().daemon().name("fake-nfs").start(this::serve);
  }

  int port() {
    return listening.getLocalPort();
  }

  /** Connections are taken, and nothing is answered. */
  void fallSilent() {
    silent = true;
  }

  private void serve() {
    try {
      while (!listening.isClosed()) {
        Socket caller = listening.accept();
        Thread.ofVirtual().start(() -> answer(caller));
      }
    } catch (IOException _) {
      // closed
    }
  }

  private void answer(Socket caller) {
    try (caller) {
      DataInputStream in = new DataInputStream(caller.getInputStream());
      int length = in.readInt() & Integer.MAX_VALUE;
      int id = in.readInt();
      in.readNBytes(length - Integer.BYTES);
      if (silent) {
        var _ = in.read(); // until the caller has had enough
        return;
      }
      DataOutputStream out = new DataOutputStream(caller.getOutputStream());
      out.writeInt(ANSWER_BYTES | 1 << 31);
      out.writeInt(id);
      out.write(new byte[ANSWER_BYTES - Integer.BYTES]);
    } catch (IOException _) {
      // it left
    }
  }

  @Override
  public void close() {
    try {
      listening.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
