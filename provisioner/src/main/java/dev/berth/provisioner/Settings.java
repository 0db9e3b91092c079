package dev.berth.provisioner;

import dev.berth.provisioner.queue.Backoff;
import java.nio.file.Path;

/**
 * What a volume controller is told at its start.
 *
 * @param nodeName the name of the machine, as pods and PVs will say it
 * @param root the folder below which pods' volumes are mounted, laid out as a kubelet's
 * @param workers how many keys each controller works on at a time
 * @param backoff how long a key waits after its failures
 */
public record Settings(String nodeName, Path root, int workers, Backoff backoff) {
  private static final int WORKERS = 8;

  public Settings {
    if (nodeName.isBlank()) {
      throw new IllegalArgumentException("nodeName is empty: a PV must say where it is");
    }
    if (workers < 1) {
      throw new IllegalArgumentException("workers=" + workers + ": at least one is needed");
    }
  }

  /** Eight workers each, and the default backoff. */
  public static Settings of(String nodeName, Path root) {
    return new Settings(nodeName, root, WORKERS, Backoff.DEFAULT);
  }
}
