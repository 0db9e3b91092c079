package dev.berth.e2e.nfs;

import dev.berth.e2e.harness.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The kernel's NFS server on loopback, with one folder as the root of what it exports. */
final class LoopbackServer implements AutoCloseable {
  private static final String CLIENT = "127.0.0.1";

  private final Path exported;
  private final List<Process> daemons = new ArrayList<>();

  LoopbackServer(Path exported) {
    this.exported = exported;
    Shell.run("modprobe", "nfsd");
    Shell.run("modprobe", "nfsv4");
    mountOnce("nfsd", "/proc/fs/nfsd");
    mountOnce("rpc_pipefs", "/run/rpc_pipefs");
    try {
      Files.createDirectories(Path.of("/var/lib/nfs/nfsdcld"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Shell.run("exportfs", "-o", "rw,no_root_squash,insecure,no_subtree_check,fsid=0", export());
    daemon("nfsdcld", "--foreground"); // or every start would wait for clients of the last one
    daemon("rpc.mountd", "--foreground", "--no-nfs-version", "3");
    start();
  }

  private String export() {
    return CLIENT + ":" + exported;
  }

  private static void mountOnce(String type, String place) {
    if (Shell.ask("mountpoint", "-q", place).exit() != 0) {
      Shell.run("mkdir", "-p", place);
      Shell.run("mount", "-t", type, type, place);
    }
  }

  private void daemon(String... command) {
    try {
      daemons.add(
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void start() {
    Shell.run(
        "rpc.nfsd",
        "-N",
        "3",
        "-V",
        "4",
        "-U",
        "--host",
        CLIENT,
        "--grace-time",
        "10",
        "--lease-time",
        "10",
        "2");
  }

  /** From now on connections are refused, as if the machine had gone. */
  void stop() {
    Shell.run("rpc.nfsd", "0");
  }

  @Override
  public void close() {
    stop();
    daemons.reversed().forEach(Process::destroy);
    Shell.run("exportfs", "-u", export());
  }
}
