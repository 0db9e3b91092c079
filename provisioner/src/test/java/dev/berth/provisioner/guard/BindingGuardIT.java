package dev.berth.provisioner.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.provisioner.cluster.kubernetes.ApiServer;
import dev.berth.provisioner.cluster.kubernetes.Binaries;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The policy that is deployed, in a real API server: who may take Bound away from which claim. */
final class BindingGuardIT {
  private record Result(int code, String text) {}

  @SuppressWarnings("NullAway.Init") // before all tests
  private static ApiServer server;

  @SuppressWarnings("NullAway.Init") // before all tests
  private static Path kubectl;

  @BeforeAll
  static void start() throws Exception {
    Binaries binaries = Binaries.orSkip();
    kubectl = binaries.folder().resolve("kubectl");
    server = ApiServer.start(binaries);
    Path policy =
        Stream.iterate(Path.of("").toAbsolutePath(), path -> path != null, Path::getParent)
            .map(path -> path.resolve("deploy/base/binding-guard.yaml"))
            .filter(Files::exists)
            .findFirst()
            .orElseThrow();
    assertThat(run("apply", "-f", policy.toString()).code()).isZero();
    claim("probe", "local.berth.dev");
    await() // API servers look at their policies every second
        .atMost(Duration.ofMinutes(1))
        .until(BindingGuardIT::isGuarded);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /**
   * Bound each time before: a claim that became Lost before the policy was in force may stay so.
   */
  private static boolean isGuarded() throws Exception {
    bound("probe");
    return phase("probe", "Lost").code() != 0;
  }

  private static void claim(String name, String provisioner) throws Exception {
    Path file = Files.createTempFile("claim-", ".yaml");
    Files.writeString(
        file,
        """
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata:
          name: %s
          annotations: {volume.kubernetes.io/storage-provisioner: %s}
        spec:
          accessModes: [ReadWriteOnce]
          resources: {requests: {storage: 1Mi}}
        """
            .formatted(name, provisioner));
    assertThat(run("create", "-f", file.toString()).code()).isZero();
    Files.delete(file);
  }

  private static void bound(String name) throws Exception {
    assertThat(phase(name, "Bound").code()).isZero();
  }

  private static Result phase(String name, String phase, String... more) throws Exception {
    return run(
        Stream.concat(
                Stream.of(
                    "patch",
                    "pvc",
                    name,
                    "--subresource=status",
                    "--type=merge",
                    "-p",
                    "{\"status\":{\"phase\":\"" + phase + "\"}}"),
                Stream.of(more))
            .toArray(String[]::new));
  }

  private static Result run(String... arguments) throws IOException, InterruptedException {
    List<String> command =
        Stream.concat(
                Stream.of(kubectl.toString(), "--kubeconfig=" + server.kubeconfig(ApiServer.ADMIN)),
                Stream.of(arguments))
            .toList();
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String text =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    return new Result(process.waitFor(), text);
  }

  @Test
  void nobody_else_takes_bound_away_from_a_claim_of_ours() throws Exception {
    claim("ours", "local.berth.dev");
    bound("ours");
    assertThat(phase("ours", "Lost"))
        .satisfies(
            refused -> {
              assertThat(refused.code()).isNotZero();
              assertThat(refused.text())
                  .contains("berth-binding-guard")
                  .contains(
                      "the claim has volume (none) of Berth, which alone says when that"
                          + " volume is lost");
            });
  }

  @Test
  void the_program_itself_may_say_that_a_volume_is_lost() throws Exception {
    claim("lost", "shared.berth.dev");
    bound("lost");
    assertThat(
            phase(
                    "lost",
                    "Lost",
                    "--as=system:serviceaccount:berth-system:berth",
                    "--as-group=system:masters")
                .code())
        .isZero();
  }

  @Test
  void claims_of_others_and_changes_that_keep_bound_are_let_through() throws Exception {
    claim("theirs", "other.example.com");
    bound("theirs");
    assertThat(phase("theirs", "Lost").code()).isZero();
    claim("grown", "local.berth.dev");
    bound("grown");
    assertThat(
            run(
                    "patch",
                    "pvc",
                    "grown",
                    "--subresource=status",
                    "--type=merge",
                    "-p",
                    "{\"status\":{\"capacity\":{\"storage\":\"2Mi\"}}}")
                .code())
        .isZero();
  }
}
