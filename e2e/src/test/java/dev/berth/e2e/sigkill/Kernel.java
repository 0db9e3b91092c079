package dev.berth.e2e.sigkill;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Where a kubelet would mount things, written down a second time and independently. */
final class Kernel {
  private Kernel() {}

  /** The folder that a pod's process sees as its claim. */
  static Path mount(Daemon daemon, JsonNode pod, JsonNode claim) {
    return volumes(daemon, pod)
        .resolve("kubernetes.io~csi")
        .resolve(claim.at("/spec/volumeName").asText())
        .resolve("mount");
  }

  /** The folder of the pod's emptyDir in memory. */
  static Path memory(Daemon daemon, JsonNode pod) {
    return volumes(daemon, pod).resolve("kubernetes.io~empty-dir").resolve("fast");
  }

  /** The folder at which the volume is staged. */
  static Path staging(Daemon daemon, String volumeHandle) {
    return daemon
        .root()
        .resolve("plugins/kubernetes.io/csi")
        .resolve(Objects.DRIVER)
        .resolve(sha256(volumeHandle))
        .resolve("globalmount");
  }

  private static Path volumes(Daemon daemon, JsonNode pod) {
    return daemon
        .root()
        .resolve("pods")
        .resolve(pod.at("/metadata/uid").asText())
        .resolve("volumes");
  }

  private static String sha256(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
