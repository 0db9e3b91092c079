package dev.berth.e2e.harness;

import dev.berth.csi.server.Endpoint;
import dev.berth.csi.server.SocketClient;
import dev.berth.csi.v1.ControllerGrpc;
import dev.berth.csi.v1.IdentityGrpc;
import dev.berth.csi.v1.NodeGrpc;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A CO's end of a CSI socket, with a stub for each service and a deadline for each call. */
public final class CsiClient implements AutoCloseable {
  private static final long SECONDS = 60;

  private final SocketClient socket;

  /** Connects when the first call is made. */
  public CsiClient(Path socket) {
    this.socket = new SocketClient(Endpoint.parse("unix://" + socket));
  }

  /** The Identity service. */
  public IdentityGrpc.IdentityBlockingStub identity() {
    return IdentityGrpc.newBlockingStub(socket.channel())
        .withDeadlineAfter(SECONDS, TimeUnit.SECONDS);
  }

  /** The Controller service. */
  public ControllerGrpc.ControllerBlockingStub controller() {
    return ControllerGrpc.newBlockingStub(socket.channel())
        .withDeadlineAfter(SECONDS, TimeUnit.SECONDS);
  }

  /** The Node service. */
  public NodeGrpc.NodeBlockingStub node() {
    return NodeGrpc.newBlockingStub(socket.channel()).withDeadlineAfter(SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    socket.close();
  }
}
