package dev.berth.e2e.serve;

import dev.berth.e2e.harness.Shell;
import dev.berth.provisioner.cluster.kubernetes.ApiServer;
import dev.berth.provisioner.cluster.kubernetes.Binaries;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** An API server and the kubectl of its version. */
final class Server implements AutoCloseable {
  private final Binaries binaries = Binaries.orSkip();
  private final ApiServer api = ApiServer.start(binaries);

  ApiServer api() {
    return api;
  }

  Path kubeconfig() {
    return api.kubeconfig(ApiServer.ADMIN);
  }

  /** Runs kubectl; what it prints. */
  String kubectl(String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                binaries.folder().resolve("kubectl").toString(), "--kubeconfig=" + kubeconfig()));
    command.addAll(List.of(arguments));
    return Shell.run(command.toArray(String[]::new));
  }

  /** One field of an object, empty when it has none or there is no such object. */
  String field(String object, String path) {
    return kubectl(
        "get", object, "-n", "default", "--ignore-not-found", "-o", "jsonpath={" + path + "}");
  }

  void apply(String manifest) {
    try {
      Path file = Files.createTempFile("manifest", ".yaml");
      try {
        Files.writeString(file, manifest);
        kubectl("apply", "-f", file.toString());
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    api.close();
  }
}
