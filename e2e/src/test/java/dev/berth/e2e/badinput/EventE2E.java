package dev.berth.e2e.badinput;

import static dev.berth.e2e.badinput.Yaml.claim;
import static dev.berth.e2e.badinput.Yaml.pod;
import static dev.berth.e2e.badinput.Yaml.spoilt;
import static dev.berth.e2e.badinput.Yaml.storageClass;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.e2e.harness.Scratch;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Manifests that are well formed and cannot come true: the object says why in an event, and when it
 * is deleted nothing is left.
 */
@ExtendWith(Tallied.class)
class EventE2E {
  private static RunningDaemon daemon;

  /** The manifest makes objects named {@code x}; the event is of the last one. */
  record Hopeless(String wrong, String manifest, String reason, List<String> words) {
    static Hopeless of(String wrong, String manifest, String reason, String... words) {
      return new Hopeless(wrong, manifest, reason, List.of(words));
    }

    @Override
    public String toString() {
      return wrong;
    }
  }

  @BeforeAll
  static void start() {
    daemon = new RunningDaemon();
    assertThat(daemon.apply(storageClass("good")).exit()).isZero();
  }

  @AfterAll
  static void stop() {
    daemon.close();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"claims", "pods"})
  void says_why_in_an_event_and_leaves_nothing(Hopeless hopeless, Tally tally) {
    var applied = daemon.apply(hopeless.manifest());
    assertThat(applied.exit()).as("%s", applied.output()).isZero();
    try {
      Awaitility.await(hopeless.wrong())
          .atMost(Duration.ofSeconds(30))
          .until(() -> daemon.list("Event").stream().anyMatch(event -> says(event, hopeless)));
    } catch (ConditionTimeoutException e) {
      throw new AssertionError("events: " + daemon.run("events").output(), e);
    }
    var deleted = daemon.run("delete", "--wait", "-f", daemon.scratch().root() + "/manifest.yaml");
    assertThat(deleted.exit()).as("%s", deleted.output()).isZero();
    assertThat(daemon.objects()).containsOnlyKeys("StorageClass/good");
    assertThat(daemon.pool().resolve("volumes")).isEmptyDirectory();
    assertThat(daemon.scratch().mounts()).containsExactly(daemon.pool().toString());
    assertThat(Scratch.loopsBelow(daemon.pool())).isEmpty();
    assertThat(daemon.root().resolve("pods"))
        .satisfiesAnyOf(
            pods -> assertThat(pods).doesNotExist(), pods -> assertThat(pods).isEmptyDirectory());
    daemon.list("Event").forEach(event -> daemon.run("delete", "event", name(event)));
    tally.add("hopeless manifests");
  }

  private static String name(JsonNode event) {
    return event.at("/metadata/name").asText();
  }

  private static boolean says(JsonNode event, Hopeless hopeless) {
    String message = event.path("message").asText() + event.path("note").asText();
    return event.path("reason").asText().equals(hopeless.reason())
        && hopeless.words().stream().allMatch(message::contains);
  }

  static Stream<Hopeless> claims() {
    return Stream.of(
        Hopeless.of(
            "class that is not there",
            spoilt(claim("x"), "good", "best"),
            "ProvisioningFailed",
            "storageclass",
            "best",
            "not found"),
        classOf(
            "unknown parameter", "allocation: thin", "alocation: thin", "alocation", "allocation"),
        classOf(
            "unknown allocation",
            "allocation: thin",
            "allocation: fat",
            "allocation",
            "fat",
            "thick"),
        classOf("unknown pool", "allocation: thin", "pool: gold", "gold", "disk"),
        classOf(
            "unknown filesystem",
            "allocation: thin",
            "csi.storage.k8s.io/fstype: zfs",
            "zfs",
            "xfs",
            "ext4"),
        classOf(
            "unknown key of the sidecars",
            "allocation: thin",
            "csi.storage.k8s.io/fs-type: xfs",
            "csi.storage.k8s.io/fs-type"),
        classOf(
            "undelete of a wrong unit",
            "allocation: thin",
            "undelete: 3 fortnights",
            "undelete",
            "3 fortnights"),
        Hopeless.of(
            "size above the pool",
            spoilt(claim("x"), "320Mi", "2Ti"),
            "ProvisioningFailed",
            "disk",
            "2Ti"),
        Hopeless.of(
            "many writers",
            spoilt(claim("x"), "ReadWriteOnce", "ReadWriteMany"),
            "ProvisioningFailed",
            "good"),
        Hopeless.of(
            "a data source",
            spoilt(
                claim("x"),
                "volumeMode",
                "dataSource: {kind: PersistentVolumeClaim, name: other}\n  volumeMode"),
            "ProvisioningFailed",
            "dataSource"),
        Hopeless.of(
            "no class at all",
            spoilt(claim("x"), "storageClassName: good", "storageClassName: \"\""),
            "FailedBinding",
            "no storage class"));
  }

  static Stream<Hopeless> pods() {
    String hostPath = "hostPath: {path: %s, type: %s}";
    return Stream.of(
        Hopeless.of(
            "claim that is not there",
            pod("x", "persistentVolumeClaim: {claimName: none}"),
            "FailedScheduling",
            "none",
            "not found"),
        Hopeless.of(
            "hostPath that is no directory",
            pod("x", hostPath.formatted("/etc/passwd", "Directory")),
            "FailedMount",
            "/etc/passwd",
            "not a directory"),
        Hopeless.of(
            "hostPath that is no file",
            pod("x", hostPath.formatted("/etc", "File")),
            "FailedMount",
            "/etc",
            "not a file"),
        Hopeless.of(
            "hostPath that is no socket",
            pod("x", hostPath.formatted("/etc/passwd", "Socket")),
            "FailedMount",
            "/etc/passwd",
            "not a socket"),
        Hopeless.of(
            "hostPath that is no block device",
            pod("x", hostPath.formatted("/dev/null", "BlockDevice")),
            "FailedMount",
            "/dev/null",
            "not a block device"),
        Hopeless.of(
            "hostPath that is not there",
            pod("x", hostPath.formatted("/no/such/path", "Directory")),
            "FailedMount",
            "/no/such/path"),
        Hopeless.of(
            "a volume kind that is not offered",
            pod("x", "iscsi: {targetPortal: a, iqn: b, lun: 0}"),
            "FailedMount",
            "iscsi",
            "emptyDir"),
        Hopeless.of(
            "an NFS server that does not answer",
            pod("x", "nfs: {server: 127.0.0.1, path: /b}"),
            "FailedMount",
            "nfs 127.0.0.1:/b",
            "start the NFS server"));
  }

  private static Hopeless classOf(String wrong, String from, String to, String... words) {
    String manifest =
        spoilt(storageClass("x"), from, to) + "---\n" + spoilt(claim("x"), "good", "x");
    return Hopeless.of(wrong, manifest, "ProvisioningFailed", words);
  }
}
