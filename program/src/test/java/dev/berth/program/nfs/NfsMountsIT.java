package dev.berth.program.nfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.program.nfs.NfsMounts.Patience;
import dev.berth.provisioner.pod.NfsShare;
import dev.berth.storage.VolumeException.SystemCallFailed;
import dev.berth.storage.linux.MountEntry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** With real sockets, and a kernel that hangs and refuses when it is told to. */
class NfsMountsIT {
  private static final Path TARGET = Path.of("/target");
  private static final Patience SHORT =
      new Patience(Duration.ofSeconds(2), Duration.ofSeconds(1), Duration.ofSeconds(1));

  private final HangingMounts kernel = new HangingMounts();
  private final NfsMounts nfs = new NfsMounts(kernel, SHORT);
  private final FakeServer server = new FakeServer();

  @AfterEach
  void close() {
    kernel.release();
    nfs.close();
    server.close();
  }

  private NfsShare share(String... options) {
    return NfsShare.of(
        "127.0.0.1", "/srv", List.of("port=" + server.port(), String.join(",", options)), false);
  }

  private MountEntry entry() {
    return kernel.table().at(TARGET).orElseThrow();
  }

  @Test
  void the_kernel_is_told_the_version_the_addresses_and_the_options() throws IOException {
    nfs.mount(share("hard", "noatime", "ro", "rw", "retry=3", "rsize=65536"), TARGET);
    assertThat(kernel.calls())
        .containsExactly(
            "mount 127.0.0.1:/srv on /target type nfs4 [READ_ONLY, NO_ATIME]"
                + " vers=4.2,addr=127.0.0.1,clientaddr=127.0.0.1,port="
                + server.port()
                + ",hard,rsize=65536");
  }

  @Test
  void older_versions_are_tried_when_the_server_has_no_newer_one() throws IOException {
    kernel.refuse("mount", "EPROTONOSUPPORT", 2);
    nfs.mount(share(), TARGET);
    assertThat(kernel.calls()).hasSize(3).last().asString().contains("vers=4.0,");
  }

  @Test
  void a_server_without_the_version_is_named() {
    kernel.refuse("mount", "EPROTONOSUPPORT", 1);
    assertThatThrownBy(() -> nfs.mount(share("vers=4.1"), TARGET))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "nfs 127.0.0.1:/srv: the server has no NFS version 4.1; turn it on there, or correct"
                + " vers in mountOptions");
  }

  @Test
  void a_kernel_without_nfs_says_so() {
    kernel.refuse("mount", "ENODEV", 1);
    assertThatThrownBy(() -> nfs.mount(share(), TARGET))
        .hasMessage(
            "nfs 127.0.0.1:/srv: this kernel has no NFS client; load its module nfsv4, or use"
                + " another kernel or kind of volume: mount it: ENODEV (told to)");
  }

  @Test
  void a_name_without_an_address_is_named() {
    NfsShare nowhere = NfsShare.of("no-such-host.invalid", "/srv", List.of(), false);
    assertThatThrownBy(() -> nfs.mount(nowhere, TARGET))
        .hasMessage(
            "nfs no-such-host.invalid:/srv: nfs.server \"no-such-host.invalid\" has no address"
                + " here; correct it, or make the name known (/etc/hosts, DNS)");
    assertThat(kernel.calls()).isEmpty();
  }

  @Test
  void a_mount_that_hangs_is_left_to_the_kernel_and_found_when_it_succeeds() throws Exception {
    kernel.hang("mount");
    assertThatThrownBy(() -> nfs.mount(share(), TARGET))
        .hasMessage(
            "nfs 127.0.0.1:/srv: no answer for 1 s at /target; look after the NFS server and the"
                + " network, it is tried again");
    assertThatThrownBy(() -> nfs.mount(share(), TARGET))
        .hasMessage(
            "nfs 127.0.0.1:/srv: the mount at /target still waits for the NFS server; look after"
                + " the server and the network");
    kernel.release();
    kernel.awaitMounted(TARGET);
    nfs.mount(share(), TARGET);
    assertThat(kernel.calls()).hasSize(1);
  }

  @Test
  void an_unmount_waits_for_a_server_that_answers() throws Exception {
    nfs.mount(share(), TARGET);
    kernel.hang("unmount");
    MountEntry entry = entry();
    assertThatThrownBy(() -> nfs.unmount(entry))
        .hasMessageStartingWith("127.0.0.1:/srv: no answer for 1 s at /target");
    assertThat(kernel.calls()).last().isEqualTo("unmount /target []");
    kernel.release();
  }

  @Test
  void an_unmount_is_forced_when_the_server_is_silent() throws Exception {
    nfs.mount(share(), TARGET);
    server.fallSilent();
    kernel.hang("unmount");
    nfs.unmount(entry());
    assertThat(kernel.calls()).last().isEqualTo("unmount /target [FORCE, DETACH]");
    assertThat(kernel.table().at(TARGET)).isEmpty();
  }

  @Test
  void a_busy_mount_of_a_dead_server_is_forced_and_that_of_a_living_one_is_not() throws Exception {
    nfs.mount(share(), TARGET);
    MountEntry entry = entry();
    kernel.refuse("unmount", "EBUSY", 1);
    assertThatThrownBy(() -> nfs.unmount(entry))
        .isInstanceOfSatisfying(
            SystemCallFailed.class, e -> assertThat(e.errno()).isEqualTo("EBUSY"));
    server.close();
    kernel.refuse("unmount", "EBUSY", 1);
    nfs.unmount(entry);
    assertThat(kernel.calls()).last().isEqualTo("unmount /target [FORCE, DETACH]");
  }

  @Test
  void requests_of_other_mounts_of_the_same_filesystem_are_not_aborted() throws Exception {
    nfs.mount(share(), TARGET);
    nfs.mount(share(), Path.of("/other"));
    server.close();
    kernel.hang("unmount");
    nfs.unmount(entry());
    assertThat(kernel.calls()).last().isEqualTo("unmount /target [DETACH]");
    assertThat(kernel.table().at(Path.of("/other"))).isPresent();
  }
}
