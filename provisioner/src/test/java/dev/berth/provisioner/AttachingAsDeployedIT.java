package dev.berth.provisioner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.provisioner.cluster.CacheSpec;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.kubernetes.ApiConnection;
import dev.berth.provisioner.cluster.kubernetes.ApiServer;
import dev.berth.provisioner.cluster.kubernetes.ApiSettings;
import dev.berth.provisioner.cluster.kubernetes.Binaries;
import dev.berth.provisioner.cluster.kubernetes.KubernetesCluster;
import io.fabric8.kubernetes.api.model.AttachedVolume;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.storage.VolumeAttachment;
import io.fabric8.kubernetes.api.model.storage.VolumeAttachmentBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * {@code --attach-detach=on} by the account of {@code deploy/}, which may do what is written there.
 */
final class AttachingAsDeployedIT {
  private static final Path DEPLOY = Path.of("..", "deploy");
  private static final List<String> MANIFESTS =
      List.of(
          "base/namespace.yaml",
          "base/service-account.yaml",
          "base/rbac-node.yaml",
          "base/rbac-controller.yaml",
          "components/attach-detach/rbac.yaml");

  private static ApiConnection connect(ApiServer server, String user) {
    return ApiConnection.open(
        ApiSettings.of(Optional.of(server.kubeconfig(user)), "test", (_, _, _, _) -> {}));
  }

  private static Cluster open(ApiConnection connection, List<CacheSpec<?>> specs) {
    try {
      return KubernetesCluster.open(connection, specs);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static void deploy(Binaries binaries, ApiServer server)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                binaries.folder().resolve("kubectl").toString(),
                "--kubeconfig=" + server.kubeconfig(ApiServer.ADMIN),
                "apply"));
    MANIFESTS.forEach(name -> command.addAll(List.of("-f", DEPLOY.resolve(name).toString())));
    Process kubectl = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(kubectl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(kubectl.waitFor()).as(said).isZero();
  }

  @Test
  @Timeout(value = 3, unit = TimeUnit.MINUTES) // what may not be listed is waited for
  void what_deploy_permits_is_enough_to_say_what_is_attached_where() throws Exception {
    Binaries binaries = Binaries.orSkip();
    try (ApiServer server = ApiServer.start(binaries);
        ApiConnection person = connect(server, ApiServer.ADMIN);
        ApiConnection berth = connect(server, ApiServer.BERTH)) {
      deploy(binaries, server);
      // Whoever asks for events alone is the person of the world, and the other the role.
      try (AttachingWorld world =
              new AttachingWorld(specs -> open(specs.size() == 1 ? person : berth, specs));
          Cluster seen =
              open(
                  person, List.of(CacheSpec.of(Kind.VOLUME_ATTACHMENT), CacheSpec.of(Kind.NODE)))) {
        var _ = world.controlOnly("berth-system");
        world.bound("data");
        Pod pod = world.pod("web", "data", AttachingWorld.ONE);
        await()
            .atMost(AttachingWorld.PATIENCE)
            .until(() -> seen.list(Kind.VOLUME_ATTACHMENT).size() == 1);
        attach(seen, seen.list(Kind.VOLUME_ATTACHMENT).getFirst());
        await()
            .atMost(AttachingWorld.PATIENCE)
            .until(
                () ->
                    attached(seen)
                        .equals(List.of("kubernetes.io/csi/" + FakeAttacher.NAME + "^vol-data")));
        world.gone(pod);
        await()
            .atMost(AttachingWorld.PATIENCE)
            .until(() -> seen.list(Kind.VOLUME_ATTACHMENT).isEmpty() && attached(seen).isEmpty());
      }
    }
  }

  /** What the driver's own attacher does. */
  private static void attach(Cluster cluster, VolumeAttachment attachment) {
    cluster.replaceStatus(
        new VolumeAttachmentBuilder(attachment)
            .withNewStatus()
            .withAttached(true)
            .endStatus()
            .build());
  }

  /** What the kubelet is told. */
  private static List<String> attached(Cluster cluster) {
    return cluster
        .get(Kind.NODE, Key.of(AttachingWorld.ONE))
        .flatMap(node -> Optional.ofNullable(node.getStatus().getVolumesAttached()))
        .orElse(List.of())
        .stream()
        .map(AttachedVolume::getName)
        .toList();
  }
}
