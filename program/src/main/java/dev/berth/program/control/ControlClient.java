package dev.berth.program.control;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.program.Fault;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Asks the daemon of a root folder. */
public final class ControlClient {
  /** The daemon's socket in its root folder. */
  public static final String SOCKET = "berth.sock";

  private final Path root;

  public ControlClient(Path root) {
    this.root = root;
  }

  public Path root() {
    return root;
  }

  /**
   * Asks, and tells each item as it comes; returns when the answer is complete.
   *
   * @throws Refusal if the daemon refuses
   * @throws Fault if no daemon answers
   */
  public void ask(Request request, Consumer<Reply.Item> items) {
    try (Wire wire = connect()) {
      wire.send(request);
      while (true) {
        Optional<Reply> reply = wire.receive(Reply.class);
        switch (reply.orElseThrow(this::lost)) {
          case Reply.Item item -> items.accept(item);
          case Reply.Refused refused -> throw new Refusal(refused.reason(), refused.message());
          case Reply.Done _ -> {
            return;
          }
        }
      }
    } catch (IOException e) {
      throw lost();
    }
  }

  /** Asks for objects alone. */
  public List<JsonNode> list(Request request) {
    List<JsonNode> objects = new ArrayList<>();
    ask(request, item -> objects.add(item.object()));
    return objects;
  }

  private Wire connect() {
    Path socket = root.resolve(SOCKET);
    try {
      SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      channel.connect(UnixDomainSocketAddress.of(socket));
      return new Wire(channel);
    } catch (IOException | IllegalArgumentException e) {
      // The address of a unix socket has 107 bytes; a longer path throws the second one.
      throw new Fault(
          String.valueOf(e.getMessage()).contains("Permission denied")
              ? "permission denied on " + socket + ": Berth's commands are for root"
              : "no daemon answers at " + socket + "; start one with: berth up --root " + root,
          e);
    }
  }

  private Fault lost() {
    return new Fault("the daemon at " + root.resolve(SOCKET) + " went away while it answered");
  }
}
