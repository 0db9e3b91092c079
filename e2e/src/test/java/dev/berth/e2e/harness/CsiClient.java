package dev.berth.e2e.harness;

import dev.berth.csi.server.Endpoint;
import dev.berth.csi.server.SocketClient;
import dev.berth.csi.v1.ControllerGrpc;
import dev.berth.csi.v1.IdentityGrpc;
import dev.berth.csi.v1.NodeGrpc;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A CO's stubs on a CSI socket; a call that is not answered within a minute fails. */
public final class CsiClient implements AutoCloseable {
  private final SocketClient client;

  /** Connects when the first call is made. */
  public CsiClient(Path socket) {
    client = new SocketClient(new Endpoint(socket));
  }

  /** The Identity service. */
  public IdentityGrpc.IdentityBlockingStub identity() {
    return IdentityGrpc.newBlockingStub(client.channel()).withDeadlineAfter(60, TimeUnit.SECONDS);
  }

  /** The Controller service. */
  public ControllerGrpc.ControllerBlockingStub controller() {
    return ControllerGrpc.newBlockingStub(client.channel()).withDeadlineAfter(60, TimeUnit.SECONDS);
  }

  /** The Node service. */
  public NodeGrpc.NodeBlockingStub node() {
    return NodeGrpc.newBlockingStub(client.channel()).withDeadlineAfter(60, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    client.close();
  }
}
