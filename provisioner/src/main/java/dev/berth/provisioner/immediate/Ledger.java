package dev.berth.provisioner.immediate;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.quantity.Bytes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which claims without a volume were given to which node. Without it a burst of claims would all go
 * to the node that had most room before it. Safe for threads.
 */
final class Ledger {
  private record Entry(String node, Bytes size) {}

  @GuardedBy("this")
  private final Map<Key, Entry> entries = new HashMap<>();

  /** The claim waits for its volume on this node. */
  synchronized void put(Key claim, String node, Bytes size) {
    entries.put(claim, new Entry(node, size));
  }

  /** The claim waits for no node any more. */
  synchronized void remove(Key claim) {
    entries.remove(claim);
  }

  /** Chooses and writes down in one go, so that two claims never take the same room. */
  synchronized Optional<String> choose(Key claim, List<Site> published, Bytes size) {
    entries.remove(claim);
    Optional<String> node = NodeChoice.best(sites(published), size).map(Site::node);
    node.ifPresent(name -> entries.put(claim, new Entry(name, size)));
    return node;
  }

  /** What nodes have published, less what they were given since. */
  synchronized List<Site> sites(List<Site> published) {
    List<Site> sites = new ArrayList<>();
    for (Site site : published) {
      sites.add(without(site));
    }
    return sites;
  }

  @GuardedBy("this")
  private Site without(Site site) {
    long bytes = 0;
    int count = 0;
    for (Entry entry : entries.values()) {
      if (entry.node().equals(site.node())) {
        bytes += Math.min(entry.size().value(), Long.MAX_VALUE - bytes);
        count++;
      }
    }
    return new Site(site.node(), site.largest(), new Bytes(bytes), count);
  }
}
