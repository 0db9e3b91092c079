package dev.berth.csi.server;

import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.UnixDomainSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * The CO's end of a CSI socket; connects when the first call is made, and again when the other end
 * came back.
 */
public final class SocketClient implements AutoCloseable {
  private final EventLoopGroup io =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("csi-client-io", true), NioIoHandler.newFactory());
  private final ManagedChannel channel;

  /** A client of the driver that listens on {@code endpoint}. */
  public SocketClient(Endpoint endpoint) {
    channel =
        NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(endpoint.socket()))
            .eventLoopGroup(io)
            .channelType(NioDomainSocketChannel.class, UnixDomainSocketAddress.class)
            // As in the server: a unix socket has no TCP keep-alive, and netty warns when asked.
            .withOption(ChannelOption.SO_KEEPALIVE, null)
            .overrideAuthority("localhost")
            .usePlaintext()
            .build();
  }

  /** For stubs. */
  public Channel channel() {
    return channel;
  }

  @Override
  public void close() {
    channel.shutdownNow();
    io.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
  }
}
