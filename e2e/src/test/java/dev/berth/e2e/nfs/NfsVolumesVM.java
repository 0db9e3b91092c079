package dev.berth.e2e.nfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.e2e.harness.Shell;
import dev.berth.program.nfs.NfsMounts;
import dev.berth.program.nfs.NfsMounts.Patience;
import dev.berth.provisioner.pod.NfsShare;
import dev.berth.storage.linux.Linux;
import dev.berth.storage.linux.Mounts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** {@code berth up} and the kernel's NFS server and client. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NfsVolumesVM {
  private Machine machine;
  private LoopbackServer server;
  private Path exported;

  @BeforeAll
  void start() {
    machine = new Machine();
    exported = machine.scratch().folder("exported");
    server = new LoopbackServer(exported);
  }

  @AfterAll
  void stop() {
    machine.close();
    server.close();
  }

  private static String volume(String name, String mode, String policy, String path) {
    return
"""
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: NAME}
spec:
  capacity: {storage: 1Gi}
  accessModes: [MODE]
  persistentVolumeReclaimPolicy: POLICY
  storageClassName: by-hand
  mountOptions: [noatime, nosharecache]
  nfs: {server: 127.0.0.1, path: PATH}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: NAME, namespace: default}
spec:
  accessModes: [MODE]
  storageClassName: by-hand
  volumeName: NAME
  resources: {requests: {storage: 1Gi}}
"""
        .replace("NAME", name)
        .replace("MODE", mode)
        .replace("POLICY", policy)
        .replace("PATH", path);
  }

  private static String pod(String name, String source) {
    return
"""
---
apiVersion: v1
kind: Pod
metadata: {name: NAME, namespace: default}
spec:
  containers: [{name: main, image: busybox}]
  volumes: [{name: data, SOURCE}]
"""
        .replace("NAME", name)
        .replace("SOURCE", source);
  }

  private static String claim(String name) {
    return "persistentVolumeClaim: {claimName: " + name + "}";
  }

  private static String inline(String path) {
    return "nfs: {server: 127.0.0.1, path: " + path + "}";
  }

  @Test
  void pods_share_what_they_write_and_readers_are_refused_a_write() throws Exception {
    Files.createDirectories(exported.resolve("shared"));
    machine.apply(
        volume("many", "ReadWriteMany", "Retain", "/shared")
            + volume("readers", "ReadOnlyMany", "Retain", "/shared")
            + pod("writer", claim("many"))
            + pod("other", claim("many"))
            + pod("reader", claim("readers")));
    for (String pod : new String[] {"writer", "other", "reader"}) {
      machine.awaitMounted(pod);
    }
    Path writer = machine.place("writer", "many");
    Files.writeString(writer.resolve("file"), "of the writer");
    assertThat(machine.place("other", "many").resolve("file")).hasContent("of the writer");
    assertThat(exported.resolve("shared/file")).hasContent("of the writer");
    Path reader = machine.place("reader", "readers");
    assertThat(reader.resolve("file")).hasContent("of the writer");
    assertThatThrownBy(() -> Files.writeString(reader.resolve("no"), "x"))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("Read-only file system");
    assertThat(Shell.run("findmnt", "-n", "-o", "SOURCE,OPTIONS", writer.toString()))
        .contains("127.0.0.1:/shared", "noatime", "nosharecache", "vers=4.2");

    machine.restart();
    machine.awaitMounted("writer");
    assertThat(machine.mounts()).hasSize(3);
    assertThat(writer.resolve("file")).hasContent("of the writer");
    for (String pod : new String[] {"writer", "other", "reader"}) {
      machine.delete("pod", pod);
    }
    for (String pod : new String[] {"writer", "other", "reader"}) {
      machine.awaitGone(pod);
    }
    assertThat(exported.resolve("shared/file")).hasContent("of the writer");
  }

  @Test
  void a_recycled_share_is_emptied_and_links_are_not_followed() throws Exception {
    Path folder = exported.resolve("recycled/deep");
    Files.createDirectories(folder.resolve("er"));
    Path precious = Files.writeString(exported.resolve("precious"), "x");
    Files.writeString(folder.resolve("er/file"), "x");
    Files.createSymbolicLink(folder.resolve("out"), precious);
    Files.createSymbolicLink(folder.resolve("up"), Path.of("../.."));
    machine.apply(volume("again", "ReadWriteOnce", "Recycle", "/recycled"));
    machine.awaitPhase("again", "Bound");
    machine.delete("pvc", "again");
    machine.awaitPhase("again", "Available");
    assertThat(exported.resolve("recycled")).isEmptyDirectory();
    assertThat(precious).hasContent("x");
    assertThat(machine.events("again")).contains("VolumeRecycled: Volume recycled");
    assertThat(machine.mounts()).noneMatch(line -> line.contains("recycling"));
    machine.delete("pv", "again");
  }

  @Test
  void what_the_server_does_not_export_is_named() throws IOException {
    machine.apply(pod("lost", inline("/absent")));
    machine.awaitEvent(
        "lost",
        "FailedMount: MountVolume.SetUp failed for volume \"data\" : nfs 127.0.0.1:/absent: the"
            + " server exports no folder /absent; correct nfs.path, or export it");
    Files.createDirectories(exported.resolve("absent"));
    machine.awaitMounted("lost");
    machine.delete("pod", "lost");
    machine.awaitGone("lost");
  }

  /** Connections are taken by the kernel, and nobody reads what comes: a server in a deadlock. */
  @Test
  void a_mount_that_hangs_is_given_up_on_and_let_go() throws Exception {
    Path target = machine.scratch().folder("hanging");
    Mounts mounts = Linux.real().mounts();
    Patience patience =
        new Patience(Duration.ofSeconds(1), Duration.ofSeconds(3), Duration.ofSeconds(3));
    try (ServerSocket deaf = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        NfsMounts nfs = new NfsMounts(mounts, patience)) {
      NfsShare share =
          NfsShare.of(
              "127.0.0.1",
              "/",
              List.of("soft,retrans=1,timeo=20,port=" + deaf.getLocalPort()),
              false);
      assertThatThrownBy(() -> nfs.mount(share, target))
          .hasMessage(
              "nfs 127.0.0.1:/: no answer for 3 s at "
                  + target
                  + "; look after the NFS server and the network, it is tried again");
      assertThat(mounts.table().at(target)).isEmpty();
      Files.delete(target); // nobody waits for the folder
    }
  }

  @Test
  void a_server_that_died_holds_up_neither_its_pods_end_nor_other_pods() throws Exception {
    Files.createDirectories(exported.resolve("dying"));
    machine.apply(pod("orphan", inline("/dying")));
    machine.awaitMounted("orphan");
    Path place = machine.place("orphan", "data");
    Path file = place.resolve("file");
    Files.writeString(file, "kept");
    server.stop();
    Process waits =
        new ProcessBuilder("sh", "-c", "echo lost >" + file).start(); // until it is killed
    try {
      machine.delete("pod", "orphan");
      machine.apply(pod("late", inline("/dying")) + pod("well", "emptyDir: {}"));
      machine.awaitMounted("well");
      machine.awaitEvent("late", "nfs 127.0.0.1:/dying: nothing answers at 127.0.0.1 port 2049");
      machine.awaitGone("orphan");
      assertThat(machine.mounts()).noneMatch(line -> line.contains(place.toString()));
    } finally {
      waits.destroyForcibly();
      server.start();
    }
    machine.awaitMounted("late");
    assertThat(machine.place("late", "data").resolve("file")).exists();
    machine.delete("pod", "late");
    machine.awaitGone("late");
    machine.delete("pod", "well");
  }
}
