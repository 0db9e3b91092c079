package dev.berth.e2e.image;

import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Volume;
import dev.berth.e2e.harness.BerthImage;
import dev.berth.e2e.harness.CsiClient;
import dev.berth.e2e.harness.Scratch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/**
 * {@code berth csi} in a container of the image: no network, a root that cannot be written to, the
 * default privileges of a container. Its socket and its pool are folders of the host.
 */
final class CsiContainer implements AutoCloseable {
  private final GenericContainer<?> container;
  private final CsiClient csi;

  private CsiContainer(GenericContainer<?> container, CsiClient csi) {
    this.container = container;
    this.csi = csi;
  }

  /** How the container is started, beyond the usual. */
  record Options(boolean mayMount, Optional<Path> aotCache) {
    static final Options NONE = new Options(false, Optional.empty());

    /** With the privileges that mounting takes. */
    Options mounting() {
      return new Options(true, aotCache);
    }

    /** With another file where the AOT cache is. */
    Options aotCache(Path other) {
      return new Options(mayMount, Optional.of(other));
    }
  }

  /** Starts it and waits until it says that it answers. */
  static CsiContainer start(Scratch scratch, String name, Path pool, Options options) {
    Path sockets = scratch.folder(name);
    GenericContainer<?> container =
        scratch.own(
            new GenericContainer<>(DockerImageName.parse(BerthImage.NAME))
                .withImagePullPolicy(_ -> false)
                .withNetworkMode("none")
                .withStartupTimeout(Duration.ofMinutes(2))
                .withCreateContainerCmdModifier(
                    create ->
                        limit(
                            Objects.requireNonNull(create.getHostConfig()), sockets, pool, options))
                .withCommand(
                    "csi",
                    "--endpoint=unix://" + sockets.resolve("csi.sock"),
                    "--root=" + sockets.resolve("root"),
                    "--node-id=node-1",
                    "--pool=disk=" + pool,
                    "--init")
                .waitingFor(Wait.forLogMessage(".*CSI services answer on .*", 1)));
    container.start();
    return new CsiContainer(container, scratch.own(new CsiClient(sockets.resolve("csi.sock"))));
  }

  private static void limit(HostConfig host, Path sockets, Path pool, Options options) {
    List<Bind> binds = new ArrayList<>(List.of(bind(sockets), bind(pool)));
    options
        .aotCache()
        .ifPresent(
            file -> binds.add(new Bind(file.toString(), new Volume("/opt/berth/berth.aot"))));
    host.withReadonlyRootfs(true);
    if (options.mayMount()) {
      binds.add(bind(Path.of("/dev")));
      host.withCapAdd(Capability.SYS_ADMIN)
          .withSecurityOpts(List.of("apparmor=unconfined"))
          // Block devices 7 are loop devices; 10:237 is /dev/loop-control.
          .withDeviceCgroupRules(List.of("b 7:* rwm", "c 10:237 rw"));
    }
    host.withBinds(binds.toArray(Bind[]::new));
  }

  /** The same path inside as outside. */
  private static Bind bind(Path path) {
    return new Bind(path.toString(), new Volume(path.toString()));
  }

  CsiClient csi() {
    return csi;
  }

  /** Everything that it logged. */
  String log() {
    return container.getLogs();
  }

  /** Runs a program in the container; returns its output. */
  String run(String... command) {
    try {
      var result = container.execInContainer(command);
      return result.getStdout() + result.getStderr();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** SIGTERM, as the kubelet stops a container; returns the exit code. */
  long stop() {
    var docker = container.getDockerClient();
    String id = container.getContainerId();
    docker.stopContainerCmd(id).withTimeout(60).exec();
    return Objects.requireNonNull(
        docker.inspectContainerCmd(id).exec().getState().getExitCodeLong());
  }

  /** From the start of the container's process to the log line that says it answers. */
  Duration firstAnswer() {
    String started =
        Objects.requireNonNull(
            container
                .getDockerClient()
                .inspectContainerCmd(container.getContainerId())
                .exec()
                .getState()
                .getStartedAt());
    String line =
        log().lines().filter(l -> l.contains("CSI services answer on")).findFirst().orElseThrow();
    return Duration.between(
        OffsetDateTime.parse(started), OffsetDateTime.parse(line.substring(0, line.indexOf(' '))));
  }

  @Override
  public void close() {
    container.stop();
  }
}
