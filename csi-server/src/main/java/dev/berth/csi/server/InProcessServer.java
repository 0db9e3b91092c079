package dev.berth.csi.server;

import dev.berth.csi.server.call.CallInterceptor;
import io.grpc.BindableService;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * The same services with the same interceptor as {@link CsiServer}, reached through a channel in
 * this process: how our own volume controller talks to our own driver.
 */
public final class InProcessServer implements AutoCloseable {
  private final Server server;
  private final ManagedChannel channel;
  private final ExecutorService calls;

  private InProcessServer(Server server, ManagedChannel channel, ExecutorService calls) {
    this.server = server;
    this.channel = channel;
    this.calls = calls;
  }

  /** Starts serving. */
  public static InProcessServer start(List<? extends BindableService> services) {
    String name = InProcessServerBuilder.generateName();
    ExecutorService calls =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("csi-call-", 0).factory());
    InProcessServerBuilder builder =
        InProcessServerBuilder.forName(name).executor(calls).intercept(new CallInterceptor());
    services.forEach(builder::addService);
    try {
      Server server = builder.build().start();
      return new InProcessServer(
          server, InProcessChannelBuilder.forName(name).executor(calls).build(), calls);
    } catch (IOException e) {
      throw new UncheckedIOException("start the in-process CSI server", e);
    }
  }

  /** The way in; it lives until {@link #close()}. */
  public Channel channel() {
    return channel;
  }

  /** Takes no new calls and waits a few seconds for those under way. */
  @Override
  public void close() {
    channel.shutdown();
    server.shutdown();
    try {
      if (!server.awaitTermination(10, TimeUnit.SECONDS)) {
        channel.shutdownNow();
        server.shutdownNow();
      }
    } catch (InterruptedException e) {
      channel.shutdownNow();
      server.shutdownNow();
      Thread.currentThread().interrupt();
    }
    calls.shutdown();
  }
}
