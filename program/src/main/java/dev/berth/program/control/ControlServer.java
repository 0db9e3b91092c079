package dev.berth.program.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.program.Fault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers commands on a unix socket that only its owner may open (mode 0600), a virtual thread a
 * connection.
 */
public final class ControlServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);

  private final Path socket;
  private final ServerSocketChannel listener;
  private final Handler handler;
  private final ExecutorService connections =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("control-", 0).factory());

  private ControlServer(Path socket, ServerSocketChannel listener, Handler handler) {
    this.socket = socket;
    this.listener = listener;
    this.handler = handler;
  }

  /**
   * Listens. The caller holds the lock of the root folder, so a socket that lies there is a dead
   * one's and is replaced.
   */
  public static ControlServer start(Path socket, Handler handler) {
    try {
      Files.deleteIfExists(socket);
      ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      listener.bind(UnixDomainSocketAddress.of(socket));
      // Between bind and chmod the socket has the mode of the umask; its folder is 0700 for that
      // reason.
      Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
      ControlServer server = new ControlServer(socket, listener, handler);
      Thread.ofVirtual().name("control-accept").start(server::accept);
      return server;
    } catch (IOException e) {
      throw new Fault("cannot listen on " + socket + ": " + e.getMessage(), e);
    }
  }

  private void accept() {
    while (listener.isOpen()) {
      try {
        SocketChannel connection = listener.accept();
        connections.execute(() -> serve(connection));
      } catch (IOException e) {
        if (listener.isOpen()) {
          LOG.warn("control socket {}: {}", socket, e.toString());
        }
      }
    }
  }

  private void serve(SocketChannel connection) {
    try (Wire wire = new Wire(connection)) {
      Optional<Request> request = wire.receive(Request.class);
      if (request.isPresent()) {
        wire.send(answer(request.get(), wire));
      }
    } catch (JsonProcessingException notOurs) {
      LOG.warn(
          "control socket {}: a request that is none: {}", socket, notOurs.getOriginalMessage());
    } catch (IOException | UncheckedIOException hungUp) {
      LOG.debug("control socket {}: the caller hung up", socket);
    }
  }

  private Reply answer(Request request, Wire wire) {
    try {
      handler.handle(request, new Line(wire));
      return new Reply.Done();
    } catch (Refusal refusal) {
      return new Reply.Refused(refusal.reason(), String.valueOf(refusal.getMessage()));
    } catch (InterruptedException stopping) {
      return new Reply.Refused("Unavailable", "the daemon stops");
    } catch (UncheckedIOException hungUp) {
      throw hungUp;
    } catch (RuntimeException mistake) {
      LOG.error("{} {} {}", request.verb(), request.kind(), request.name(), mistake);
      return new Reply.Refused("Internal", mistake.toString());
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
      connections.shutdownNow();
      Files.deleteIfExists(socket);
    } catch (IOException e) {
      LOG.warn("cannot close the control socket {}: {}", socket, e.toString());
    }
  }

  private record Line(Wire wire) implements Handler.Answer {
    @Override
    public void item(String what, JsonNode object) {
      try {
        wire.send(new Reply.Item(what, object));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void awaitHangUp() {
      try {
        while (wire.receive(JsonNode.class).isPresent()) {
          // A caller has nothing more to say; whatever it is, it is not the end.
        }
      } catch (IOException end) {
        LOG.debug("a watch ends: {}", end.toString());
      }
    }
  }
}
