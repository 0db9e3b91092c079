package dev.berth.csi.server;

import dev.berth.csi.v1.Topology;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Who this driver is.
 *
 * @param name the CSI driver name, for example {@code local.berth.dev}: domain form, at most 63
 *     characters
 * @param nodeId this node, as NodeGetInfo and topology tell it: a label value of at most 63
 * @param version what GetPluginInfo answers as vendor_version
 * @param isShared whether its volumes are in pools that every node sees, and are published to nodes
 * @param attachLimit how many volumes this node can have, 0 for as many as there are
 * @param snapshotTopology whether snapshots tell where they can be restored, which is alpha in CSI
 *     1.13
 */
public record DriverSettings(
    String name,
    String nodeId,
    String version,
    boolean isShared,
    int attachLimit,
    boolean snapshotTopology) {
  private static final Pattern NAME =
      Pattern.compile("[a-zA-Z0-9]([a-zA-Z0-9.-]{0,61}[a-zA-Z0-9])?");
  private static final Pattern LABEL_VALUE =
      Pattern.compile("[a-zA-Z0-9]([a-zA-Z0-9._-]{0,61}[a-zA-Z0-9])?");

  public DriverSettings {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "driver name '%s' is not 1 to 63 letters, digits, dots and dashes, with a letter or digit at both ends"
              .formatted(name));
    }
    if (!LABEL_VALUE.matcher(nodeId).matches()) {
      throw new IllegalArgumentException(
          "node id '%s' is not 1 to 63 letters, digits, '.', '_' and '-', with a letter or digit at both ends"
              .formatted(nodeId));
    }
    if (version.isEmpty()) {
      throw new IllegalArgumentException("version is empty");
    }
    if (isShared && snapshotTopology) {
      throw new IllegalArgumentException(
          "snapshots of shared pools can be restored everywhere and have no topology; leave it out");
    }
    if (attachLimit < 0) {
      throw new IllegalArgumentException("attach limit " + attachLimit + " is negative");
    }
  }

  /** A driver of this node's own pools, without a limit. */
  public DriverSettings(String name, String nodeId, String version) {
    this(name, nodeId, version, false, 0, false);
  }

  /** The same driver, of pools that other nodes see as well. */
  public DriverSettings sharing() {
    return new DriverSettings(name, nodeId, version, true, attachLimit, snapshotTopology);
  }

  /** The same driver on a node that can have so many volumes. */
  public DriverSettings withAttachLimit(int limit) {
    return new DriverSettings(name, nodeId, version, isShared, limit, snapshotTopology);
  }

  /** The same driver, whose snapshots tell where they can be restored. */
  public DriverSettings withSnapshotTopology() {
    return new DriverSettings(name, nodeId, version, isShared, attachLimit, true);
  }

  /** The key under which topology tells a volume's node: {@code topology.<name>/node}. */
  public String topologyKey() {
    return "topology." + name + "/node";
  }

  /**
   * Where every volume of this driver can be reached from: this node. Empty for shared pools, whose
   * volumes can be reached from everywhere.
   */
  public Optional<Topology> topology() {
    return isShared
        ? Optional.empty()
        : Optional.of(Topology.newBuilder().putSegments(topologyKey(), nodeId).build());
  }

  /** Whether this node is within {@code asked}: all its segments are ours; keys ignore case. */
  public boolean isWithin(Topology asked) {
    return isShared || asked.getSegmentsMap().entrySet().stream().allMatch(this::isOurs);
  }

  /** Whether this node is within one of {@code asked}. */
  public boolean isWithinAny(List<Topology> asked) {
    return asked.stream().anyMatch(this::isWithin);
  }

  private boolean isOurs(Map.Entry<String, String> segment) {
    return segment.getKey().equalsIgnoreCase(topologyKey()) && segment.getValue().equals(nodeId);
  }
}
