package dev.berth.node.registration;

import dev.berth.csi.server.Endpoint;
import dev.berth.csi.server.SocketClient;
import dev.berth.pluginregistration.v1.InfoRequest;
import dev.berth.pluginregistration.v1.PluginInfo;
import dev.berth.pluginregistration.v1.RegistrationGrpc;
import dev.berth.pluginregistration.v1.RegistrationStatus;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The kubelet's side, as its plugin watcher behaves: it looks through the folder once, then follows
 * what appears and goes, ignores names with a dot first, asks each socket for its driver and tells
 * it the verdict.
 */
final class PluginWatcher implements AutoCloseable {
  private final Path registry;
  private final Function<PluginInfo, Optional<String>> refusal;
  private final WatchService changes;
  private final Map<String, PluginInfo> plugins = new ConcurrentHashMap<>();
  private final List<String> history = new CopyOnWriteArrayList<>();
  private List<String> thereAtFirst = List.of();
  private final Thread thread = Thread.ofPlatform().daemon().unstarted(this::run);

  private PluginWatcher(
      Path registry, Function<PluginInfo, Optional<String>> refusal, WatchService changes) {
    this.registry = registry;
    this.refusal = refusal;
    this.changes = changes;
  }

  /**
   * Starts.
   *
   * @param refusal why a plugin is not taken; empty when it is
   */
  static PluginWatcher start(Path registry, Function<PluginInfo, Optional<String>> refusal)
      throws IOException {
    Files.createDirectories(registry);
    PluginWatcher watcher =
        new PluginWatcher(registry, refusal, registry.getFileSystem().newWatchService());
    registry.register(
        watcher.changes,
        StandardWatchEventKinds.ENTRY_CREATE,
        StandardWatchEventKinds.ENTRY_DELETE);
    try (Stream<Path> there = Files.list(registry)) {
      watcher.thereAtFirst = there.map(path -> path.getFileName().toString()).toList();
    }
    watcher.thread.start();
    return watcher;
  }

  /** The names of the plugins that are registered now. */
  List<String> registered() {
    return plugins.values().stream().map(PluginInfo::getName).sorted().toList();
  }

  /** What has happened: {@code +name}, {@code -name}, {@code !name} for a refusal. */
  List<String> history() {
    return List.copyOf(history);
  }

  private void run() {
    try {
      thereAtFirst.forEach(this::appeared);
      while (true) {
        WatchKey key = changes.take();
        for (WatchEvent<?> event : key.pollEvents()) {
          String name = String.valueOf(event.context());
          if (event.kind().equals(StandardWatchEventKinds.ENTRY_CREATE)) {
            appeared(name);
          } else {
            Optional.ofNullable(plugins.remove(name))
                .ifPresent(plugin -> history.add("-" + plugin.getName()));
          }
        }
        key.reset();
      }
    } catch (ClosedWatchServiceException | InterruptedException _) {
      // close()
    }
  }

  private void appeared(String name) {
    if (name.startsWith(".")) {
      return;
    }
    try (SocketClient client = new SocketClient(new Endpoint(registry.resolve(name)))) {
      var stub =
          RegistrationGrpc.newBlockingStub(client.channel())
              .withDeadlineAfter(10, TimeUnit.SECONDS);
      PluginInfo plugin = stub.getInfo(InfoRequest.getDefaultInstance());
      Optional<String> why = refusal.apply(plugin);
      if (why.isEmpty()) {
        plugins.put(name, plugin);
      }
      history.add((why.isEmpty() ? "+" : "!") + plugin.getName());
      var _ =
          stub.notifyRegistrationStatus(
              RegistrationStatus.newBuilder()
                  .setPluginRegistered(why.isEmpty())
                  .setError(why.orElse(""))
                  .build());
    } catch (StatusRuntimeException e) {
      history.add("?" + name + " " + e.getStatus().getCode());
    }
  }

  @Override
  public void close() throws IOException {
    changes.close();
    try {
      thread.join(Duration.ofSeconds(10));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
