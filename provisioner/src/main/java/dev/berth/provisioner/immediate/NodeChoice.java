package dev.berth.provisioner.immediate;

import dev.berth.provisioner.quantity.Bytes;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Which of several nodes gets a volume. Pure. */
final class NodeChoice {
  private static final Comparator<Site> BEST_FIRST =
      Comparator.comparing(Site::room)
          .reversed()
          .thenComparingInt(Site::claims)
          .thenComparing(Site::node);

  private NodeChoice() {}

  /** The node with most room; of several the one with fewest claims, then by name. */
  static Optional<Site> best(List<Site> sites, Bytes wanted) {
    return sites.stream().filter(site -> !site.room().isLessThan(wanted)).min(BEST_FIRST);
  }

  /** Why there is none, and what to do. */
  static String problem(List<Site> sites, String className, Bytes wanted) {
    return sites.stream()
        .min(BEST_FIRST)
        .map(
            site ->
                "no node has room for "
                    + wanted
                    + ": the most is "
                    + site.room()
                    + " on "
                    + site.node()
                    + ", of "
                    + sites.size()
                    + " node(s); free space there, add a node, or ask for less")
        .orElse(
            "no node that is ready has published its room for class "
                + className
                + " (CSIStorageCapacity); look whether the pods of the driver run, and whether the"
                + " class's allowedTopologies leave a node");
  }
}
