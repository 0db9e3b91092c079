package dev.berth.provisioner.orphan;

import dev.berth.provisioner.cluster.Key;
import java.time.Instant;
import java.util.Optional;

/**
 * A volume as its pool records it.
 *
 * @param handle its id, as PersistentVolumes name it
 * @param pool the operator's name of its pool
 * @param bytes its size
 * @param created when it was made, by the clock of its node
 * @param acknowledged whether its PersistentVolume was seen once, or it was used
 * @param madeFor the claim that it was made for; empty when its maker did not say
 */
public record StoredVolume(
    String handle,
    String pool,
    long bytes,
    Instant created,
    boolean acknowledged,
    Optional<MadeFor> madeFor) {
  /**
   * For whom a volume was made.
   *
   * @param cluster the uid of the cluster; empty when its maker did not say
   * @param claim namespace and name
   * @param uid of the claim; empty when its maker did not say
   */
  public record MadeFor(Optional<String> cluster, Key claim, Optional<String> uid) {}
}
