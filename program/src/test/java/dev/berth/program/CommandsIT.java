package dev.berth.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.berth.program.standalone.Daemon;
import dev.berth.storage.Bytes;
import dev.berth.storage.PoolName;
import dev.berth.storage.PoolSettings;
import dev.berth.storage.linux.Linux;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands against a daemon over a root folder of its own, on the real kernel. */
class CommandsIT {
  private static final Linux LINUX = Linux.real();

  private static final String MANIFEST =
      """
      apiVersion: storage.k8s.io/v1
      kind: StorageClass
      metadata: {name: berth, annotations: {storageclass.kubernetes.io/is-default-class: "true"}}
      provisioner: local.berth.dev
      volumeBindingMode: WaitForFirstConsumer
      allowVolumeExpansion: true
      ---
      apiVersion: v1
      kind: PersistentVolumeClaim
      metadata: {name: data}
      spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 320Mi}}}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: web}
      spec:
        containers:
        - {name: c, image: i, volumeMounts: [{name: data, mountPath: /data}]}
        volumes:
        - {name: data, persistentVolumeClaim: {claimName: data}}
        - {name: hot, emptyDir: {medium: Memory, sizeLimit: 8Mi}}
      """;

  private record Answer(int code, String out, String err) {}

  @TempDir Path temporary;
  private Path root = Path.of("/");
  private Optional<Daemon> daemon = Optional.empty();

  @BeforeEach
  void start() throws IOException {
    assumeTrue(System.getProperty("user.name").equals("root"), "mounting needs root");
    root = temporary.toRealPath().resolve("root");
    Files.createDirectories(root.resolve("pool"));
    daemon = Optional.of(up());
  }

  private Daemon up() {
    PoolSettings pool =
        new PoolSettings(
            new PoolName("default"),
            root.resolve("pool"),
            true,
            Optional.of(Bytes.ofGiB(1)),
            1,
            Bytes.ZERO);
    return Daemon.start(root, "node-1", List.of(pool));
  }

  @AfterEach
  void nothing_stays_mounted() {
    if (daemon.isEmpty()) {
      return;
    }
    try {
      berth("delete", "pod/web", "pvc/data", "--wait", "--ignore-not-found");
    } finally {
      daemon.ifPresent(Daemon::close);
      assertThat(LINUX.mounts().table().below(root)).isEmpty();
    }
  }

  private Answer berth(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    String[] all = Arrays.copyOf(arguments, arguments.length + 1);
    all[arguments.length] = "--root=" + root;
    int code = line.execute(all);
    line.getOut().flush();
    line.getErr().flush();
    return new Answer(code, out.toString(), err.toString());
  }

  private Answer apply(String manifest) throws IOException {
    Path file = Files.writeString(temporary.resolve("manifest.yaml"), manifest);
    return berth("apply", "-f", file.toString());
  }

  private void awaitMounted() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(
            () -> assertThat(berth("get", "pod", "web").out()).contains("VolumesMounted"));
  }

  @Test
  void a_manifest_becomes_mounts_and_a_deletion_takes_them_away() throws IOException {
    assertThat(apply(MANIFEST))
        .isEqualTo(
            new Answer(
                0,
                """
                storageclass.storage.k8s.io/berth created
                persistentvolumeclaim/data created
                pod/web created
                """,
                ""));
    awaitMounted();

    assertThat(berth("get", "pvc").out().lines())
        .hasSize(2)
        .first()
        .asString()
        .matches(
            "NAME +STATUS +VOLUME +CAPACITY +ACCESS MODES +STORAGECLASS +VOLUMEATTRIBUTESCLASS"
                + " +AGE");
    assertThat(berth("get", "pvc").out().lines().skip(1).findFirst().orElse(""))
        .matches("data +Bound +pvc-\\S+ +320Mi +RWO +berth +<unset> +\\d+s");
    assertThat(berth("get", "sc", "-o", "name").out())
        .isEqualTo("storageclass.storage.k8s.io/berth\n");
    assertThat(berth("get", "pvc", "data", "-o", "yaml").out())
        .startsWith("apiVersion: v1\nkind: PersistentVolumeClaim\n")
        .contains("phase: Bound");
    assertThat(berth("describe", "pod", "web").out())
        .contains(
            "State:             mounted", "Device:            /dev/loop", "emptyDir (memory)");
    assertThat(berth("describe", "pvc", "data").out())
        .contains("Used By:", "ProvisioningSucceeded");
    assertThat(LINUX.mounts().table().below(root)).hasSizeGreaterThanOrEqualTo(3);

    assertThat(berth("delete", "-f", temporary.resolve("manifest.yaml").toString(), "--wait").out())
        .isEqualTo(
            """
            pod/web deleted
            persistentvolumeclaim/data deleted
            storageclass.storage.k8s.io/berth deleted
            """);
    assertThat(LINUX.mounts().table().below(root)).isEmpty();
    assertThat(berth("get", "pvc"))
        .isEqualTo(new Answer(0, "", "No resources found in default namespace.\n"));
  }

  private static final String RETAINED =
      """
      apiVersion: storage.k8s.io/v1
      kind: StorageClass
      metadata: {name: kept}
      provisioner: local.berth.dev
      reclaimPolicy: Retain
      ---
      apiVersion: v1
      kind: PersistentVolumeClaim
      metadata: {name: data}
      spec:
        accessModes: [ReadWriteOnce]
        storageClassName: kept
        volumeMode: Block
        resources: {requests: {storage: 1Mi}}
      """;

  @Test
  void doctor_shows_what_nobody_names_and_moves_what_is_named_to_the_trash() throws IOException {
    assertThat(berth("doctor"))
        .isEqualTo(new Answer(0, "every volume has its PersistentVolume\n", ""));
    apply(RETAINED);
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> berth("get", "pvc", "data").out().contains("Bound"));
    assertThat(berth("doctor").code()).isZero();
    String pv = berth("get", "pv", "-o", "name").out().strip();
    berth("delete", "pvc", "data", "--wait");
    berth("delete", "pv", pv.substring(pv.indexOf('/') + 1), "--wait");

    Answer found = berth("doctor");
    assertThat(found.code()).isEqualTo(3);
    List<String> lines = found.out().lines().toList();
    assertThat(lines.getFirst()).matches("VOLUME +POOL +SIZE +AGE +CLAIM +VERDICT");
    assertThat(lines.get(1))
        .matches("\\S+\\.pvc-\\S+ +default +1Mi +\\d+s +default/data +unclaimed");
    assertThat(found.out())
        .contains(
            "  why:  it had a PersistentVolume once, or was used",
            "  then: stays, until a person gives it a PersistentVolume or repairs it");
    String volume = lines.get(1).substring(0, lines.get(1).indexOf(' '));
    assertThat(berth("doctor", "-o", "json").out())
        .contains("\"volume\" : \"" + volume + "\"", "\"verdict\" : \"unclaimed\"");

    assertThat(berth("doctor", "--repair")).extracting(Answer::code).isEqualTo(2);
    assertThat(berth("doctor", volume)).extracting(Answer::code).isEqualTo(2);
    assertThat(berth("doctor", "--repair", "--yes", "aaaaaaaa.none"))
        .isEqualTo(
            new Answer(
                1,
                "",
                "berth: volume aaaaaaaa.none is no orphan: no pool of this node has it, or a"
                    + " PersistentVolume names it; berth doctor lists those that can be repaired\n"));
    assertThat(root.resolve("pool/trash")).isEmptyDirectory();
    assertThat(berth("doctor", "--repair", "--yes", volume).out())
        .startsWith(volume + " moved to the trash: it had a PersistentVolume once");
    assertThat(root.resolve("pool/trash")).isNotEmptyDirectory();
    assertThat(berth("doctor").code()).isZero();
  }

  @Test
  void applying_again_changes_what_changed_and_nothing_else() throws IOException {
    apply(MANIFEST);

    assertThat(apply(MANIFEST).out())
        .isEqualTo(
            """
            storageclass.storage.k8s.io/berth unchanged
            persistentvolumeclaim/data unchanged
            pod/web unchanged
            """);
    awaitMounted();
    assertThat(apply(MANIFEST.replace("320Mi", "400Mi")).out())
        .contains("persistentvolumeclaim/data configured");
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(berth("get", "pvc").out()).contains("400Mi"));
  }

  @Test
  void a_daemon_that_stops_leaves_mounts_and_the_next_takes_them_over() throws IOException {
    apply(MANIFEST);
    awaitMounted();
    var before = LINUX.mounts().table().below(root);

    daemon.ifPresent(Daemon::close);
    assertThat(LINUX.mounts().table().below(root)).isEqualTo(before);
    assertThat(berth("get", "pvc").err())
        .isEqualTo(
            "berth: no daemon answers at %s/berth.sock; start one with: berth up --root %s\n"
                .formatted(root, root));
    daemon = Optional.of(up());

    assertThat(LINUX.mounts().table().below(root)).isEqualTo(before);
    awaitMounted();
  }

  @Test
  void one_root_has_one_daemon() {
    assertThatThrownBy(this::up)
        .isInstanceOf(Fault.class)
        .hasMessage(
            "another daemon (pid %d) runs over %s; stop it first, or choose another folder with --root"
                .formatted(ProcessHandle.current().pid(), root));
  }

  @Test
  void refusals_go_to_standard_error_with_code_1() throws IOException {
    assertThat(berth("get", "pvc", "nope"))
        .isEqualTo(new Answer(1, "", "berth: persistentvolumeclaims \"nope\" not found\n"));
    assertThat(berth("delete", "pod", "nope").code()).isEqualTo(1);
    assertThat(berth("delete", "pod", "nope", "--ignore-not-found").code()).isZero();
    Answer misspelt = apply(MANIFEST.replace("accessModes", "accesModes"));
    assertThat(misspelt.code()).isEqualTo(1);
    assertThat(misspelt.err())
        .contains(
            "document 2: PersistentVolumeClaim \"data\" cannot be read: unknown field"
                + " \"spec.accesModes\"");
  }

  private static final String FILLED =
      """
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: settings}
      data: {colour: red}
      ---
      apiVersion: v1
      kind: Secret
      metadata: {name: key}
      stringData: {password: hunter2}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: web}
      spec:
        containers:
        - {name: c, image: i, volumeMounts: [{name: all, mountPath: /all}]}
        volumes:
        - name: all
          projected:
            defaultMode: 0440
            sources:
            - configMap: {name: settings}
            - secret: {name: key}
            - downwardAPI: {items: [{path: name, fieldRef: {fieldPath: metadata.name}}]}
      """;

  @Test
  void config_maps_and_secrets_become_files_in_memory_that_follow_them() throws IOException {
    assertThat(apply(FILLED).err()).isEmpty();
    awaitMounted();
    Path volume = volumeOf("all");
    assertThat(volume.resolve("colour")).hasContent("red");
    assertThat(volume.resolve("password")).hasContent("hunter2");
    assertThat(volume.resolve("name")).hasContent("web");
    assertThat(LINUX.mounts().table().at(volume).orElseThrow().fsType()).isEqualTo("tmpfs");
    assertThat(Files.getAttribute(volume.resolve("password"), "unix:mode")).isEqualTo(0100440);

    assertThat(apply(FILLED).out()).contains("secret/key unchanged", "pod/web unchanged");
    apply(FILLED.replace("red", "blue"));
    Awaitility.await().untilAsserted(() -> assertThat(volume.resolve("colour")).hasContent("blue"));
    berth("delete", "pod/web", "--wait");
    assertThat(LINUX.mounts().table().below(root)).isEmpty();
  }

  @Test
  void what_is_in_a_secret_is_told_by_no_page() throws IOException {
    apply(FILLED);
    assertThat(berth("get", "secret").out().lines().toList().get(1))
        .matches("key +Opaque +1 +\\S+");
    String page = berth("describe", "secret", "key").out();
    assertThat(page).contains("password: 7 bytes").doesNotContain("hunter2", "aHVudGVyMg");
    String object = berth("get", "secret", "key", "-o", "yaml").out();
    assertThat(object).contains("password: aHVudGVyMg==").doesNotContain("hunter2");
    assertThat(object.split("aHVudGVyMg", -1)).as("once, and not in an annotation").hasSize(2);
  }

  @Test
  void ephemeral_claims_local_volumes_and_parts_of_volumes_are_mounted() throws IOException {
    Path disk = Files.createDirectories(temporary.resolve("disk"));
    Files.writeString(disk.resolve("kept"), "x");
    apply(MANIFEST.substring(0, MANIFEST.indexOf("---")));
    assertThat(apply(ephemeralAndLocal(disk)).err()).isEmpty();
    awaitMounted();
    assertThat(volumeOf("mount")).as("the ephemeral volume").isEmptyDirectory();
    assertThat(berth("get", "pvc", "web-scratch").out()).contains("Bound");
    Path parts = root.resolve("pods").resolve(uid()).resolve("volume-subpaths");
    assertThat(parts.resolve("disk/c/1")).isRegularFile().hasContent("x");
    assertThat(parts.resolve("disk/c/2")).isEmptyDirectory();
    assertThat(disk.resolve("made/below")).isDirectory();
    assertThat(LINUX.mounts().table().at(parts.resolve("disk/c/1")).orElseThrow().isReadOnly())
        .isTrue();

    berth("delete", "pod/web", "--wait");
    berth("delete", "pvc/web-scratch", "--wait", "--ignore-not-found");
    assertThat(LINUX.mounts().table().below(root)).isEmpty();
    assertThat(disk.resolve("kept")).hasContent("x");
  }

  private String uid() {
    return berth("get", "pod", "web", "-o", "yaml")
        .out()
        .lines()
        .filter(line -> line.strip().startsWith("uid:"))
        .map(line -> line.substring(line.indexOf(':') + 1).replace("\"", "").strip())
        .findFirst()
        .orElseThrow();
  }

  private static String ephemeralAndLocal(Path disk) {
    return """
    apiVersion: v1
    kind: PersistentVolume
    metadata: {name: disk}
    spec:
      accessModes: [ReadWriteOnce]
      capacity: {storage: 1Gi}
      storageClassName: ""
      claimRef: {namespace: default, name: disk}
      local: {path: %s}
      nodeAffinity:
        required:
          nodeSelectorTerms:
          - matchFields: [{key: metadata.name, operator: In, values: [node-1]}]
    ---
    apiVersion: v1
    kind: PersistentVolumeClaim
    metadata: {name: disk}
    spec: {accessModes: [ReadWriteOnce], storageClassName: "", volumeName: disk, resources: {requests: {storage: 1Gi}}}
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: web}
    spec:
      containers:
      - name: c
        image: i
        volumeMounts:
        - {name: scratch, mountPath: /scratch}
        - {name: disk, mountPath: /kept, subPath: kept, readOnly: true}
        - {name: disk, mountPath: /made, subPath: made/below}
      volumes:
      - name: scratch
        ephemeral:
          volumeClaimTemplate:
            spec: {accessModes: [ReadWriteOnce], storageClassName: berth, resources: {requests: {storage: 320Mi}}}
      - name: disk
        persistentVolumeClaim: {claimName: disk}
    """
        .formatted(disk);
  }

  private Path volumeOf(String name) {
    return Path.of(
        berth("describe", "pod", "web")
            .out()
            .lines()
            .filter(line -> line.contains("/" + name) && line.contains("Mounted At"))
            .map(line -> line.substring(line.indexOf('/')).strip())
            .findFirst()
            .orElseThrow());
  }
}
