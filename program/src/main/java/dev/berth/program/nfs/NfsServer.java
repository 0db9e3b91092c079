package dev.berth.program.nfs;

import dev.berth.provisioner.pod.NfsShare;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * A server as it is reached over TCP, before the kernel is asked to: its errors name what is wrong,
 * and it can be left at any moment.
 *
 * @param here the address of this machine on the way there
 */
record NfsServer(InetAddress address, InetAddress here) {
  /** Where NFS 4 is unless the option port says otherwise (RFC 7530 section 3.1). */
  static final int PORT = 2049;

  /** RFC 5531 section 9 and RFC 7530 section 16.1: a call of the null procedure. */
  private static final int CALL_ID = 0x62657274;

  private static final int RPC_VERSION = 2;
  private static final int NFS_PROGRAM = 100003;
  private static final int NFS_VERSION = 4;
  private static final int LAST_FRAGMENT = 1 << 31;
  private static final int CALL_BYTES = 40;

  static int port(NfsShare share) {
    return share.option("port").map(Integer::parseInt).filter(port -> port > 0).orElse(PORT);
  }

  /**
   * Finds the server of a share.
   *
   * @throws IOException with what to do, if it has no address or nothing answers there
   */
  static NfsServer reach(NfsShare share, Duration patience) throws IOException {
    InetAddress address;
    try {
      address = InetAddress.getByName(share.server());
    } catch (UnknownHostException e) {
      throw new IOException(
          share
              + ": nfs.server \""
              + share.server()
              + "\" has no address here; correct it, or make the name known (/etc/hosts, DNS)",
          e);
    }
    int port = port(share);
    if (share.options().contains("rdma")
        || share.option("proto").filter("rdma"::equals).isPresent()) {
      return new NfsServer(address, InetAddress.getLocalHost());
    }
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, port), Math.toIntExact(patience.toMillis()));
      return new NfsServer(address, socket.getLocalAddress());
    } catch (IOException e) {
      throw new IOException(
          share
              + ": nothing answers at "
              + address.getHostAddress()
              + " port "
              + port
              + " ("
              + e.getMessage()
              + "); start the NFS server, or correct nfs.server",
          e);
    }
  }

  /** Whether the server answers a call of NFS 4 that asks for nothing. */
  static boolean answers(InetAddress address, int port, Duration patience) {
    int millis = Math.toIntExact(patience.toMillis());
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, port), millis);
      socket.setSoTimeout(millis);
      DataOutputStream out = new DataOutputStream(socket.getOutputStream());
      out.write(nullCall());
      out.flush();
      DataInputStream in = new DataInputStream(socket.getInputStream());
      in.readInt(); // the length of the answer
      return in.readInt() == CALL_ID;
    } catch (IOException _) {
      return false;
    }
  }

  private static byte[] nullCall() {
    ByteBuffer call = ByteBuffer.allocate(Integer.BYTES + CALL_BYTES);
    call.putInt(LAST_FRAGMENT | CALL_BYTES).putInt(CALL_ID).putInt(0).putInt(RPC_VERSION);
    call.putInt(NFS_PROGRAM).putInt(NFS_VERSION).putInt(0); // and no credentials, no verifier
    return call.array();
  }
}
