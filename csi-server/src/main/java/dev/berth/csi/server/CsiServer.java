package dev.berth.csi.server;

import dev.berth.csi.server.call.CallInterceptor;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerInterceptor;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * CSI services on a unix socket that only our own user can connect to.
 *
 * <p>One thread moves the bytes, each call runs on a virtual thread of its own.
 */
public final class CsiServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CsiServer.class);
  private static final Duration GRACE = Duration.ofSeconds(10);

  private final Endpoint endpoint;
  private final SocketFile file;
  private final Server server;
  private final EventLoopGroup io;
  private final ExecutorService calls;

  private CsiServer(
      Endpoint endpoint, SocketFile file, Server server, EventLoopGroup io, ExecutorService calls) {
    this.endpoint = endpoint;
    this.file = file;
    this.server = server;
    this.io = io;
    this.calls = calls;
  }

  /**
   * Starts serving; returns when the socket can be connected to.
   *
   * @throws IOException when another process answers on the socket, or it cannot be made there
   */
  public static CsiServer start(Endpoint endpoint, List<? extends BindableService> services)
      throws IOException {
    CsiServer started = start(endpoint, services, List.of(new CallInterceptor()));
    LOG.info("CSI services answer on {}", endpoint);
    return started;
  }

  /**
   * Like {@link #start(Endpoint, List)} for services of another protocol, to which the limits of
   * CSI do not apply.
   */
  static CsiServer start(
      Endpoint endpoint,
      List<? extends BindableService> services,
      List<? extends ServerInterceptor> interceptors)
      throws IOException {
    SocketFile file = SocketFile.claim(endpoint.socket());
    EventLoopGroup io =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("csi-io", true), NioIoHandler.newFactory());
    ExecutorService calls =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("csi-call-", 0).factory());
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(file.address())
            .channelType(NioServerDomainSocketChannel.class)
            .bossEventLoopGroup(io)
            .workerEventLoopGroup(io)
            // grpc asks for TCP keep-alive unless told otherwise, and netty warns on each
            // connection.
            .withChildOption(ChannelOption.SO_KEEPALIVE, null)
            .executor(calls);
    interceptors.forEach(builder::intercept);
    services.forEach(builder::addService);
    CsiServer started = new CsiServer(endpoint, file, builder.build(), io, calls);
    try {
      started.server.start();
      file.publish();
    } catch (IOException | RuntimeException e) {
      started.close(Duration.ZERO);
      throw e;
    }
    return started;
  }

  /** Whether the socket's name still leads to this server. */
  boolean isInPlace() throws IOException {
    return file.isInPlace();
  }

  public Endpoint endpoint() {
    return endpoint;
  }

  /** Blocks until the server has been closed. */
  public void awaitTermination() throws InterruptedException {
    server.awaitTermination();
  }

  /** Takes no new calls, waits ten seconds for those under way, then drops them. */
  @Override
  public void close() {
    close(GRACE);
  }

  /** Like {@link #close()} with another time to wait. */
  public void close(Duration grace) {
    file.close();
    server.shutdown();
    try {
      if (!server.awaitTermination(grace.toMillis(), TimeUnit.MILLISECONDS)) {
        server.shutdownNow();
        server.awaitTermination(1, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      server.shutdownNow();
      Thread.currentThread().interrupt();
    }
    calls.shutdown();
    io.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }
}
