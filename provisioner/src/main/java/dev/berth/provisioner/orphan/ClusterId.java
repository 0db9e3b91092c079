package dev.berth.provisioner.orphan;

import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.ClusterException;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which cluster this is: the uid of its namespace {@code kube-system}, as everybody has it who
 * needs one. It stays when the cluster is restored from a backup and is another when it is made
 * anew; an embedded cluster keeps its own in its file.
 */
public final class ClusterId {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterId.class);
  private static final Key NAMESPACE = Key.of("kube-system");

  private ClusterId() {}

  /**
   * Asks the cluster; empty when it may not say, and then nothing of the pools is ever taken for
   * leaked.
   *
   * @throws ClusterException.Unavailable if it cannot be asked now
   */
  public static Optional<String> of(Cluster cluster) {
    try {
      return cluster.getLive(Kind.NAMESPACE, NAMESPACE).map(found -> found.getMetadata().getUid());
    } catch (ClusterException.Forbidden e) {
      LOG.warn(
          "volumes are made without a note for which cluster, and leaked ones are only reported: {};"
              + " apply deploy/ of this release",
          e.getMessage());
      return Optional.empty();
    }
  }
}
