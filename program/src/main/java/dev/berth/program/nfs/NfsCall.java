package dev.berth.program.nfs;

import dev.berth.provisioner.pod.NfsShare;
import dev.berth.storage.VolumeException.SystemCallFailed;
import dev.berth.storage.linux.MountFlag;
import dev.berth.storage.linux.Mounts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** One mount(2) of type nfs4, with what mount.nfs(8) would add to the options. */
record NfsCall(Mounts mounts, NfsServer server, NfsShare share, Path target) {
  /** Words of mount(8) for what is the kernel's default, and of mount.nfs(8) alone. */
  private static final Set<String> SAY_NOTHING =
      Set.of(
          "rw suid dev exec async atime diratime norelatime defaults _netdev intr nointr fg"
              .split(" ", -1));

  /** Tries the versions in their order. */
  void mount() throws IOException {
    SystemCallFailed last = null;
    for (String version : share.versions()) {
      try {
        mounts.mount(share.source(), target, "nfs4", flags(), data(version));
        return;
      } catch (SystemCallFailed refused) {
        if (!refused.is("EPROTONOSUPPORT")) {
          throw new IOException(reason(refused), refused);
        }
        last = refused;
      }
    }
    throw new IOException(
        share
            + ": the server has no NFS version "
            + String.join(", ", share.versions())
            + "; turn it on there, or correct vers in mountOptions",
        last);
  }

  private Set<MountFlag> flags() {
    return share.options().stream()
        .map(MountFlag::parse)
        .flatMap(Optional::stream)
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(MountFlag.class)));
  }

  private String data(String version) {
    List<String> words = new ArrayList<>(List.of("vers=" + version));
    words.add("addr=" + server.address().getHostAddress());
    if (share.option("clientaddr").isEmpty()) {
      words.add("clientaddr=" + server.here().getHostAddress());
    }
    share.options().stream()
        .filter(word -> !SAY_NOTHING.contains(word) && !word.startsWith("retry="))
        .filter(word -> MountFlag.parse(word).isEmpty())
        .forEach(words::add);
    return String.join(",", words);
  }

  private String reason(SystemCallFailed refused) {
    String why =
        switch (refused.errno()) {
          case "ENODEV" ->
              "this kernel has no NFS client; load its module nfsv4, or use another kernel or kind"
                  + " of volume";
          case "ENOENT" ->
              "the server exports no folder " + share.path() + "; correct nfs.path, or export it";
          case "EACCES", "EPERM" ->
              "the server refuses this machine ("
                  + server.here().getHostAddress()
                  + "); allow it in its exports";
          case "ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "ETIMEDOUT", "EIO" ->
              "the server does not answer; start it, or correct nfs.server";
          case "ENOTDIR" -> "the server's " + share.path() + " is no folder; correct nfs.path";
          case "EINVAL" ->
              "the kernel refuses one of mountOptions " + share.options() + "; correct it";
          default -> "cannot be mounted; look at the kernel's log (dmesg)";
        };
    return share + ": " + why + ": " + refused.getMessage();
  }
}
