package dev.berth.provisioner.pod;

import com.google.protobuf.ByteString;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The files of a volume that is filled from objects of the cluster. Written as text it says how
 * many there are, never what is in them: it may be a secret.
 *
 * @param files by their path below the volume, such as {@code tls/ca.crt}
 * @param group whom they belong to, and may read them: the pod's fsGroup; empty when it has none
 */
record Payload(Map<String, PayloadFile> files, OptionalInt group) {
  /** What a kubelet adds to the permissions of such files. */
  private static final int GROUP_READS = 0440;

  Payload {
    files.keySet().forEach(Payload::requireBelow);
    files = Map.copyOf(files);
  }

  /** Files that belong to nobody in particular. */
  Payload(Map<String, PayloadFile> files) {
    this(files, OptionalInt.empty());
  }

  /** The same files for a group. */
  Payload of(int group) {
    Map<String, PayloadFile> readable = new HashMap<>();
    files.forEach(
        (path, file) ->
            readable.put(path, new PayloadFile(file.content(), file.mode() | GROUP_READS)));
    return new Payload(readable, OptionalInt.of(group));
  }

  /**
   * One file.
   *
   * @param content its bytes
   * @param mode its permissions, such as 0644
   */
  record PayloadFile(ByteString content, int mode) {
    PayloadFile {
      if (mode < 0 || mode > 0777) {
        throw new IllegalArgumentException(
            "mode 0" + Integer.toOctalString(mode) + ": must be between 0 and 0777");
      }
    }

    @Override
    public String toString() {
      return content.size() + " bytes";
    }
  }

  /** Every rule of the API for such a path, as the wall behind the API's own check. */
  private static void requireBelow(String path) {
    boolean leaves = path.isEmpty() || path.startsWith("/") || path.startsWith("..");
    if (leaves || List.of(path.split("/", -1)).stream().anyMatch(Set.of("", ".", "..")::contains)) {
      throw new IllegalArgumentException(
          "path \""
              + path
              + "\": must be relative, must not begin with '..' and must not have empty, '.' or"
              + " '..' parts");
    }
  }

  /** The names that are seen in the volume's own folder. */
  Set<String> tops() {
    return files.keySet().stream()
        .map(path -> path.indexOf('/') < 0 ? path : path.substring(0, path.indexOf('/')))
        .collect(Collectors.toSet());
  }

  @Override
  public String toString() {
    return "files " + new TreeMap<>(files).keySet();
  }
}
