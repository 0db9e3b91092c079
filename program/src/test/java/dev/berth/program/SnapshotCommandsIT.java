package dev.berth.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.berth.program.standalone.Daemon;
import dev.berth.storage.Bytes;
import dev.berth.storage.PoolName;
import dev.berth.storage.PoolSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Snapshots, restores, clones and what was deleted, with the real driver on the real kernel. */
class SnapshotCommandsIT {
  private static final String OBJECTS =
      """
      apiVersion: storage.k8s.io/v1
      kind: StorageClass
      metadata: {name: berth}
      provisioner: local.berth.dev
      parameters: {undelete: 1h}
      ---
      apiVersion: snapshot.storage.k8s.io/v1
      kind: VolumeSnapshotClass
      metadata:
        name: berth
        annotations: {snapshot.storage.kubernetes.io/is-default-class: "true"}
      driver: local.berth.dev
      deletionPolicy: Delete
      ---
      apiVersion: v1
      kind: PersistentVolumeClaim
      metadata: {name: data}
      spec:
        storageClassName: berth
        accessModes: [ReadWriteOnce]
        resources: {requests: {storage: 320Mi}}
      """;

  private static final String SNAPSHOT =
      """
      apiVersion: snapshot.storage.k8s.io/v1
      kind: VolumeSnapshot
      metadata: {name: monday}
      spec: {source: {persistentVolumeClaimName: data}}
      """;

  private static final String FILLED =
      """
      apiVersion: v1
      kind: PersistentVolumeClaim
      metadata: {name: %s}
      spec:
        storageClassName: berth
        accessModes: [ReadWriteOnce]
        resources: {requests: {storage: %s}}
        dataSource: %s
      """;

  private static final String OF_SNAPSHOT =
      "{apiGroup: snapshot.storage.k8s.io, kind: VolumeSnapshot, name: monday}";

  @TempDir Path temporary;
  private Path root = Path.of("/");
  private Optional<Daemon> daemon = Optional.empty();

  @BeforeEach
  void start() throws IOException {
    assumeTrue(System.getProperty("user.name").equals("root"), "mounting needs root");
    root = temporary.toRealPath().resolve("root");
    Files.createDirectories(root.resolve("pool"));
    daemon = Optional.of(up());
    apply(OBJECTS);
    until("get pvc data", "Bound");
  }

  private Daemon up() {
    PoolSettings pool =
        new PoolSettings(
            new PoolName("default"),
            root.resolve("pool"),
            true,
            Optional.of(Bytes.ofGiB(3)),
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
      berth("delete", "pod/data", "pod/copy", "pod/clone", "--wait", "--ignore-not-found");
    } finally {
      daemon.get().close();
    }
  }

  private String berth(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Main.commandLine();
    line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    String[] all = new String[arguments.length + 2];
    System.arraycopy(arguments, 0, all, 0, arguments.length);
    all[arguments.length] = "--root";
    all[arguments.length + 1] = root.toString();
    var _ = line.execute(all);
    return out + err.toString();
  }

  private String apply(String manifest) throws IOException {
    Path file = Files.writeString(temporary.resolve("manifest.yaml"), manifest);
    return berth("apply", "-f", file.toString());
  }

  private void until(String command, String text) {
    Awaitility.await()
        .alias(command + " says " + text)
        .atMost(Duration.ofMinutes(1))
        .until(() -> berth(command.split(" ", -1)).contains(text));
  }

  private Path mountOf(String pod) throws IOException {
    apply(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: %1$s}
        spec:
          containers: [{name: c, image: i, volumeMounts: [{name: data, mountPath: /data}]}]
          volumes: [{name: data, persistentVolumeClaim: {claimName: %1$s}}]
        """
            .formatted(pod));
    until("get pod " + pod, "VolumesMounted");
    Matcher at =
        Pattern.compile("Mounted At: *(/\\S+/mount)").matcher(berth("describe", "pod", pod));
    assertThat(at.find()).isTrue();
    return Path.of(at.group(1));
  }

  @Test
  void a_claim_is_cut_restored_larger_cloned_and_each_goes_without_the_others() throws IOException {
    Path data = mountOf("data");
    Files.writeString(data.resolve("rows"), "one\n");
    berth("delete", "pod/data", "--wait");

    assertThat(apply(SNAPSHOT)).contains("volumesnapshot.snapshot.storage.k8s.io/monday created");
    until("get vs monday", "true");
    assertThat(berth("get", "vs"))
        .contains("NAME", "READYTOUSE", "SOURCEPVC", "RESTORESIZE", "320Mi", "snapcontent-");
    assertThat(berth("describe", "vs", "monday")).contains("SnapshotReady");

    apply(FILLED.formatted("copy", "512Mi", OF_SNAPSHOT));
    apply(FILLED.formatted("clone", "320Mi", "{kind: PersistentVolumeClaim, name: data}"));
    until("get pvc copy", "512Mi");
    until("get pvc clone", "Bound");
    assertThat(Files.readString(mountOf("copy").resolve("rows"))).isEqualTo("one\n");
    assertThat(Files.readString(mountOf("clone").resolve("rows"))).isEqualTo("one\n");

    berth("delete", "pvc/data", "--wait");
    assertThat(berth("get", "vs", "monday")).contains("true");
    daemon.orElseThrow().close();
    daemon = Optional.of(up());
    berth("delete", "vs/monday", "--wait");
    assertThat(berth("get", "vsc")).contains("No resources found");
    assertThat(root.resolve("pool/snapshots")).isEmptyDirectory();
    assertThat(berth("get", "pvc", "copy")).contains("Bound");
  }

  @Test
  void a_restore_that_is_too_small_says_how_large_it_must_be() throws IOException {
    apply(SNAPSHOT);
    until("get vs monday", "true");
    apply(FILLED.formatted("small", "300Mi", OF_SNAPSHOT));

    until("describe pvc small", "needs 320Mi, and spec.resources.requests.storage is 300Mi");
  }

  @Test
  void a_deleted_volume_is_listed_and_had_back_with_its_data() throws IOException {
    Path data = mountOf("data");
    Files.writeString(data.resolve("rows"), "one\n");
    assertThat(berth("volumes")).contains("default/data", "320Mi", "attached /dev/loop");
    berth("delete", "pod/data", "pvc/data", "--wait");
    until("undelete", "default/data");
    assertThat(berth("volumes")).contains("no volume is in the pools");
    Matcher handle = Pattern.compile("[a-z0-9]{8}\\.pvc-[0-9a-f-]+").matcher(berth("undelete"));
    assertThat(handle.find()).isTrue();

    String manifest = berth("undelete", handle.group(), "-o", "yaml", "--storage-class", "berth");
    assertThat(berth("undelete")).contains("the trash is empty");
    assertThat(berth("doctor")).contains("unclaimed");
    until("get pv", "No resources found");
    assertThat(apply(manifest + OBJECTS.substring(OBJECTS.lastIndexOf("---"))))
        .contains("persistentvolumeclaim/data created");
    until("get pvc data", "Bound");

    assertThat(Files.readString(mountOf("data").resolve("rows"))).isEqualTo("one\n");
    assertThat(berth("doctor")).contains("every volume has its PersistentVolume");
  }

  @Test
  void a_pool_tells_what_is_used_and_promised() {
    assertThat(berth("pool")).contains("default", "ready", "3Gi", "320Mi", "1 (320Mi)");
    assertThat(berth("pool", "-o", "json")).contains("\"promised\" : 335544320");
    assertThat(berth("volumes", "-o", "yaml")).contains("claim: default/data");
    assertThat(berth("undelete", "nonsense"))
        .contains("volume nonsense is none of this driver: its volumes are <pool id>.<name>");
  }
}
