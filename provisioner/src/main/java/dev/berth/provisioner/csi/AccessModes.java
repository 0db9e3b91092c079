package dev.berth.provisioner.csi;

import dev.berth.csi.v1.VolumeCapability.AccessMode.Mode;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The access modes of claims and volumes in CSI's words. */
public final class AccessModes {
  private static final String RWO = "ReadWriteOnce";
  private static final String RWOP = "ReadWriteOncePod";
  private static final String ROX = "ReadOnlyMany";
  private static final String RWX = "ReadWriteMany";
  private static final Set<String> KNOWN = Set.of(RWO, RWOP, ROX, RWX);

  private AccessModes() {}

  /**
   * The one CSI mode for a set of Kubernetes modes, as csi-lib-utils maps them: ReadWriteMany wins,
   * ReadWriteOncePod stands alone, and ReadWriteOnce with ReadOnlyMany cannot be said.
   *
   * @throws InvalidRequestException if there is no such mode
   */
  public static Mode of(List<String> accessModes, boolean singleNodeMultiWriter) {
    Set<String> modes = new TreeSet<>(accessModes);
    if (modes.isEmpty() || !KNOWN.containsAll(modes)) {
      throw new InvalidRequestException(
          "spec.accessModes "
              + accessModes
              + ": must be one or more of "
              + new TreeSet<>(KNOWN)
              + "; correct the claim");
    }
    if (modes.contains(RWOP)) {
      if (modes.size() > 1) {
        throw new InvalidRequestException(
            "spec.accessModes "
                + accessModes
                + ": ReadWriteOncePod cannot be combined; name it alone");
      }
      return singleNodeMultiWriter ? Mode.SINGLE_NODE_SINGLE_WRITER : Mode.SINGLE_NODE_WRITER;
    }
    if (modes.contains(RWX)) {
      return Mode.MULTI_NODE_MULTI_WRITER;
    }
    if (modes.contains(RWO) && modes.contains(ROX)) {
      throw new InvalidRequestException(
          "spec.accessModes "
              + accessModes
              + ": CSI has no mode for ReadWriteOnce with ReadOnlyMany; name one of them");
    }
    if (modes.contains(ROX)) {
      return Mode.MULTI_NODE_READER_ONLY;
    }
    return singleNodeMultiWriter ? Mode.SINGLE_NODE_MULTI_WRITER : Mode.SINGLE_NODE_WRITER;
  }
}
