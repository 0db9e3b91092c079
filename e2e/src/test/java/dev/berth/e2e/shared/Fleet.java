package dev.berth.e2e.shared;

import dev.berth.e2e.harness.BerthProcess;
import dev.berth.e2e.harness.CsiClient;
import dev.berth.e2e.harness.Scratch;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/** Three processes with one pool, each a node; any may be killed and comes back. */
final class Fleet implements AutoCloseable {
  static final int NODES = 3;

  /** UNKNOWN is what a client makes of an answer that was cut off; the driver never says it. */
  private static final Set<Status.Code> AGAIN =
      Set.of(
          Status.Code.UNAVAILABLE, Status.Code.ABORTED, Status.Code.CANCELLED, Status.Code.UNKNOWN);

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final Scratch scratch;
  private final Path pool;
  private final List<Node> nodes = new ArrayList<>();

  private final class Node {
    final String id;
    final Path socket;
    final ReentrantLock restarting = new ReentrantLock();
    volatile CsiClient client;
    volatile BerthProcess process;

    Node(int number) {
      id = "node-" + number;
      socket = scratch.root().resolve(id + ".sock");
      process = start();
      client = new CsiClient(socket);
    }

    BerthProcess start() {
      return BerthProcess.serving(
          scratch.root().resolve(id + ".log"),
          socket,
          List.of(
              "csi",
              "--driver=shared",
              "--endpoint=unix://" + socket,
              "--root=" + scratch.folder(id),
              "--pool=disk=" + pool,
              "--init",
              "--node-id=" + id));
    }

    void restart() {
      restarting.lock();
      try {
        process.kill();
        process = start();
        CsiClient old = client;
        client = new CsiClient(socket); // The old one waits longer after each refusal.
        old.close();
      } finally {
        restarting.unlock();
      }
    }
  }

  Fleet(Scratch scratch, Path pool) {
    this.scratch = scratch;
    this.pool = pool;
    for (int i = 0; i < NODES; i++) {
      nodes.add(new Node(i));
    }
  }

  Path pool() {
    return pool;
  }

  static String id(int node) {
    return "node-" + node;
  }

  /** SIGKILL, and a new process in its place. */
  void kill(int node) {
    nodes.get(node).restart();
  }

  /**
   * Asks until there is an answer that means something: what may still be under way is asked again.
   *
   * @return the code that it was refused with; empty for success
   */
  <R> Optional<Status.Code> ask(int node, Function<CsiClient, R> call) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        R answer = call.apply(nodes.get(node).client);
        return answer == null ? Optional.of(Status.Code.DATA_LOSS) : Optional.empty();
      } catch (StatusRuntimeException e) {
        Status.Code code = e.getStatus().getCode();
        if (!AGAIN.contains(code)) {
          return Optional.of(code);
        }
        pause(node, end, e);
      } catch (RejectedExecutionException e) {
        pause(node, end, e); // the connection of a node that was killed just now
      }
    }
  }

  private void pause(int node, long end, RuntimeException failure) {
    if (System.nanoTime() > end) {
      throw new AssertionError("no answer of " + id(node) + ": " + log(node), failure);
    }
    LockSupport.parkNanos(20_000_000);
  }

  String log(int node) {
    return nodes.get(node).process.log();
  }

  @Override
  public void close() {
    for (Node node : nodes) {
      node.client.close();
      node.process.stop();
    }
  }
}
