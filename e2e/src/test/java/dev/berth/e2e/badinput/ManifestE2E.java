package dev.berth.e2e.badinput;

import static dev.berth.e2e.badinput.Yaml.claim;
import static dev.berth.e2e.badinput.Yaml.pod;
import static dev.berth.e2e.badinput.Yaml.spoilt;
import static dev.berth.e2e.badinput.Yaml.storageClass;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.e2e.harness.Shell;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Manifests and commands that the daemon refuses: exit code 1, words, and no object is changed. The
 * class {@code good} and the bound claim {@code data} of 320Mi are there.
 */
@ExtendWith(Tallied.class)
class ManifestE2E {
  private static RunningDaemon daemon;

  record Bad(String wrong, String manifest, List<String> words) {
    static Bad of(String wrong, String manifest, String... words) {
      return new Bad(wrong, manifest, List.of(words));
    }

    @Override
    public String toString() {
      return wrong;
    }
  }

  record Command(String wrong, List<String> line, List<String> words) {
    static Command of(String wrong, String line, String... words) {
      return new Command(wrong, List.of(line.split(" ", -1)), List.of(words));
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
    assertThat(daemon.apply(claim("data")).exit()).isZero();
    assertThat(daemon.apply(pod("web", "persistentVolumeClaim: {claimName: data}")).exit())
        .isZero();
    Awaitility.await("the pod is mounted")
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                daemon.run("get", "pod", "web", "-o", "json").output().contains("VolumesMounted"));
  }

  @AfterAll
  static void stop() {
    daemon.close();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"files", "classes", "claims", "pods", "changes"})
  void is_refused_and_changes_nothing(Bad bad, Tally tally) {
    Map<String, String> before = daemon.objects();
    check(daemon.apply(bad.manifest()), bad.words());
    assertThat(daemon.objects()).isEqualTo(before);
    tally.add("manifests");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("commands")
  void is_answered_in_words(Command command, Tally tally) {
    Map<String, String> before = daemon.objects();
    String[] rest = command.line().subList(1, command.line().size()).toArray(String[]::new);
    check(daemon.run(command.line().getFirst(), rest), command.words());
    assertThat(daemon.objects()).isEqualTo(before);
    tally.add("manifests");
  }

  private static void check(Shell.Answer answer, List<String> words) {
    assertThat(answer.output()).contains(words).doesNotContain("\tat ");
    assertThat(answer.exit()).as("%s", answer.output()).isEqualTo(1);
  }

  static Stream<Bad> files() {
    return Stream.of(
        Bad.of("YAML syntax error", "kind: [Pod", "manifest.yaml", "line"),
        Bad.of(
            "a tab as indentation", "kind: Pod\nmetadata:\n\tname: x\n", "manifest.yaml", "line 3"),
        Bad.of("a field given twice", claim("x") + "kind: Pod\n", "kind"),
        Bad.of("no object", "# nothing here\n", "no objects"),
        Bad.of("a word", "hello\n", "not an object"),
        Bad.of("no kind", spoilt(claim("x"), "kind: PersistentVolumeClaim", ""), "kind"),
        Bad.of("no apiVersion", spoilt(claim("x"), "apiVersion: v1", ""), "apiVersion"),
        Bad.of(
            "unknown kind",
            spoilt(claim("x"), "PersistentVolumeClaim", "Claim"),
            "Claim",
            "PersistentVolumeClaim"),
        Bad.of(
            "kind of another group",
            spoilt(claim("x"), "apiVersion: v1", "apiVersion: apps/v1"),
            "apps/v1"),
        Bad.of("no name", spoilt(claim("x"), "{name: x}", "{}"), "metadata.name"),
        Bad.of("name that is not DNS", claim("Data_1"), "metadata.name", "Data_1"),
        Bad.of("name too long", claim("n".repeat(254)), "metadata.name", "253"),
        Bad.of(
            "label that is none",
            spoilt(claim("x"), "{name: x}", "{name: x, labels: {a b: c}}"),
            "metadata.labels",
            "a b"),
        Bad.of(
            "the second of two is none",
            claim("first") + "---\nname: x\n",
            "document 2",
            "apiVersion"));
  }

  static Stream<Bad> classes() {
    return Stream.of(
        Bad.of(
            "class with an unknown field",
            storageClass("x") + "reclaimPolcy: Retain\n",
            "reclaimPolcy"),
        Bad.of(
            "class without provisioner",
            spoilt(storageClass("x"), "provisioner: local.berth.dev", ""),
            "provisioner"),
        Bad.of(
            "class with an unknown reclaim policy",
            spoilt(storageClass("x"), "Delete", "Recycle"),
            "reclaimPolicy",
            "Recycle",
            "Delete",
            "Retain"),
        Bad.of(
            "class with an unknown binding mode",
            spoilt(storageClass("x"), "Immediate", "Later"),
            "volumeBindingMode",
            "Later"),
        Bad.of(
            "class with a parameter that is no text",
            spoilt(storageClass("x"), "{allocation: thin}", "{allocation: {a: b}}"),
            "parameters"),
        Bad.of(
            "class with a switch that is neither true nor false",
            spoilt(
                storageClass("x"), "allowVolumeExpansion: true", "allowVolumeExpansion: perhaps"),
            "allowVolumeExpansion"));
  }

  static Stream<Bad> claims() {
    return Stream.of(
        Bad.of(
            "claim with an unknown field",
            spoilt(claim("x"), "storageClassName", "storageClass"),
            "spec.storageClass"),
        Bad.of(
            "claim without spec",
            "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: x}\n",
            "spec"),
        Bad.of(
            "claim without size",
            spoilt(claim("x"), "{requests: {storage: 320Mi}}", "{}"),
            "spec.resources",
            "storage"),
        Bad.of("claim of a wrong unit", spoilt(claim("x"), "320Mi", "320MB"), "storage", "320MB"),
        Bad.of(
            "claim of size 0",
            spoilt(claim("x"), "320Mi", "0"),
            "storage",
            "0",
            "greater than zero"),
        Bad.of("claim of a negative size", spoilt(claim("x"), "320Mi", "-1Gi"), "storage", "-1Gi"),
        Bad.of(
            "claim without access mode",
            spoilt(claim("x"), "[ReadWriteOnce]", "[]"),
            "spec.accessModes"),
        Bad.of(
            "claim with an unknown access mode",
            spoilt(claim("x"), "[ReadWriteOnce]", "[ReadWrite]"),
            "spec.accessModes",
            "ReadWrite"),
        Bad.of(
            "claim with RWOP and another",
            spoilt(claim("x"), "[ReadWriteOnce]", "[ReadWriteOncePod, ReadOnlyMany]"),
            "ReadWriteOncePod"),
        Bad.of(
            "claim with an unknown volume mode",
            spoilt(claim("x"), "Filesystem", "Files"),
            "volumeMode",
            "Files"),
        Bad.of(
            "claim of a class that is no name",
            spoilt(claim("x"), "good", "Good Class"),
            "storageClassName",
            "Good Class"));
  }

  static Stream<Bad> pods() {
    return Stream.of(
        Bad.of(
            "pod without containers",
            spoilt(pod("x", "emptyDir: {}"), "containers:", "initContainers:"),
            "spec.containers"),
        Bad.of(
            "two sources in one volume",
            pod("x", "emptyDir: {}, hostPath: {path: /tmp}"),
            "may not specify more than 1"),
        Bad.of("unknown source", pod("x", "emptydir: {}"), "emptydir"),
        Bad.of(
            "claim without a name",
            pod("x", "persistentVolumeClaim: {claimName: \"\"}"),
            "claimName"),
        Bad.of(
            "hostPath that is relative",
            pod("x", "hostPath: {path: data}"),
            "hostPath.path",
            "data"),
        Bad.of(
            "hostPath with ..", pod("x", "hostPath: {path: /tmp/../etc}"), "hostPath.path", ".."),
        Bad.of(
            "hostPath of an unknown type",
            pod("x", "hostPath: {path: /tmp, type: Folder}"),
            "hostPath.type",
            "Folder",
            "Directory"),
        Bad.of(
            "emptyDir on an unknown medium",
            pod("x", "emptyDir: {medium: Tape}"),
            "emptyDir.medium",
            "Tape",
            "Memory"),
        Bad.of(
            "emptyDir with a bad limit",
            pod("x", "emptyDir: {sizeLimit: lots}"),
            "emptyDir.sizeLimit",
            "lots"),
        Bad.of(
            "volume that is not there",
            spoilt(pod("x", "emptyDir: {}"), "{name: data, mountPath", "{name: dat, mountPath"),
            "volumeMounts[0].name",
            "dat"),
        Bad.of(
            "mount path that is relative",
            spoilt(pod("x", "emptyDir: {}"), "mountPath: /data", "mountPath: data"),
            "mountPath",
            "data"),
        Bad.of(
            "device of what is no claim",
            spoilt(
                pod("x", "emptyDir: {}"),
                "volumeMounts: [{name: data, mountPath: /data}]",
                "volumeDevices: [{name: data, devicePath: /dev/x}]"),
            "volumeDevices[0].name",
            "PersistentVolumeClaim"));
  }

  static Stream<Bad> changes() {
    return Stream.of(
        Bad.of(
            "claim shrunk",
            spoilt(claim("data"), "320Mi", "300Mi"),
            "spec.resources.requests.storage",
            "less than status.capacity: a volume never shrinks"),
        Bad.of(
            "claim of another class",
            spoilt(claim("data"), "good", "other"),
            "immutable",
            "storageClassName"),
        Bad.of(
            "claim with other access modes",
            spoilt(claim("data"), "ReadWriteOnce", "ReadOnlyMany"),
            "immutable",
            "accessModes"),
        Bad.of(
            "class with other parameters",
            spoilt(storageClass("good"), "thin", "thick"),
            "parameters",
            "forbidden"),
        Bad.of(
            "class with another reclaim policy",
            spoilt(storageClass("good"), "Delete", "Retain"),
            "reclaimPolicy",
            "forbidden"),
        Bad.of(
            "class with another binding mode",
            spoilt(storageClass("good"), "Immediate", "WaitForFirstConsumer"),
            "volumeBindingMode",
            "immutable"),
        Bad.of(
            "pod with another volume",
            pod("web", "emptyDir: {}"),
            "pod updates may not change",
            "volumes"));
  }

  static Stream<Command> commands() {
    return Stream.of(
        Command.of("get of what is not there", "get pvc none", "none", "not found"),
        Command.of("get in a namespace without it", "get pvc data -n other", "data", "not found"),
        Command.of("describe of what is not there", "describe pod none", "none", "not found"),
        Command.of("delete of what is not there", "delete pod none", "none", "not found"));
  }
}
