package dev.berth.program.standalone;

import dev.berth.csi.server.Endpoint;
import dev.berth.csi.server.SocketClient;
import dev.berth.csi.v1.ControllerGetCapabilitiesRequest;
import dev.berth.csi.v1.ControllerGrpc;
import dev.berth.csi.v1.GetCapacityRequest;
import dev.berth.csi.v1.GetPluginCapabilitiesRequest;
import dev.berth.csi.v1.GetPluginInfoRequest;
import dev.berth.csi.v1.IdentityGrpc;
import dev.berth.csi.v1.NodeGetCapabilitiesRequest;
import dev.berth.csi.v1.NodeGetInfoRequest;
import dev.berth.csi.v1.NodeGrpc;
import dev.berth.csi.v1.ProbeRequest;
import dev.berth.program.Folders;
import dev.berth.program.Main;
import dev.berth.program.csi.CsiCommand;
import dev.berth.program.logging.LogOptions;
import dev.berth.program.serve.ServeTraining;
import dev.berth.storage.Bytes;
import dev.berth.storage.PoolName;
import dev.berth.storage.PoolSettings;
import io.grpc.Channel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * {@code berth train}, hidden: goes through a start and a few commands in a folder of its own,
 * mounts nothing and needs no root, so that the launcher can let the JVM record which classes that
 * takes (JEP 514) and later starts are several times quicker.
 */
@Command(
    name = "train",
    hidden = true,
    description = "Goes through a start, for the JVM to record.")
public final class TrainCommand implements Callable<Integer> {
  private static final PoolName POOL = new PoolName("train");

  @Mixin private LogOptions log = new LogOptions();

  @Override
  public Integer call() throws IOException, InterruptedException {
    log.install();
    Path root = Files.createTempDirectory("berth-train-").toRealPath();
    try {
      csi(root);
      Path pool = Files.createDirectory(root.resolve("pool"));
      PoolSettings settings =
          new PoolSettings(POOL, pool, true, Optional.of(Bytes.ofMiB(1)), 1, Bytes.ZERO);
      int problems;
      try (Daemon _ = Daemon.start(root, "train", List.of(settings))) {
        problems = commands(root);
      }
      ServeTraining.run(root, settings);
      return problems;
    } finally {
      Folders.remove(root);
    }
  }

  /** {@code berth csi} from its command line to the first calls that a kubelet or sidecar makes. */
  private static void csi(Path root) throws IOException {
    Path socket = root.resolve("train.sock");
    CsiCommand command = new CsiCommand();
    var _ =
        new CommandLine(command)
            .parseArgs(
                "--driver=local",
                "--endpoint=unix://" + socket,
                "--pool=csi=" + Files.createDirectory(root.resolve("csi")) + ",size=1Mi",
                "--init",
                "--node-id=train",
                "--root=" + root.resolve("state"));
    try (CsiCommand.Serving _ = command.serve();
        SocketClient client = new SocketClient(new Endpoint(socket))) {
      ask(client.channel());
    }
  }

  private static void ask(Channel channel) {
    var identity = IdentityGrpc.newBlockingStub(channel);
    var node = NodeGrpc.newBlockingStub(channel);
    var controller = ControllerGrpc.newBlockingStub(channel);
    identity.probe(ProbeRequest.getDefaultInstance());
    identity.getPluginInfo(GetPluginInfoRequest.getDefaultInstance());
    identity.getPluginCapabilities(GetPluginCapabilitiesRequest.getDefaultInstance());
    node.nodeGetInfo(NodeGetInfoRequest.getDefaultInstance());
    node.nodeGetCapabilities(NodeGetCapabilitiesRequest.getDefaultInstance());
    controller.controllerGetCapabilities(ControllerGetCapabilitiesRequest.getDefaultInstance());
    controller.getCapacity(GetCapacityRequest.getDefaultInstance());
  }

  private static int commands(Path root) throws IOException {
    Path manifest =
        Files.writeString(
            root.resolve("class.yaml"),
            """
            {apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: train}, provisioner: local.berth.dev}
            """);
    String where = "--root=" + root;
    return Main.run("apply", where, "-f", manifest.toString())
        + Main.run("get", where, "sc,pvc,pv,pods")
        + Main.run("get", where, "sc", "-o", "yaml")
        + Main.run("describe", where, "sc", "train")
        + Main.run("events", where);
  }
}
