package dev.berth.provisioner.simulation;

import dev.berth.provisioner.FakeCsi;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Preconditions;
import dev.berth.provisioner.cluster.embedded.MemoryStore;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/** The Node objects of a cluster, and which nodes are away. */
final class Nodes {
  private final MemoryStore store;
  private final VirtualTime time;
  private final SortedSet<String> away = new TreeSet<>();
  private final SortedSet<String> lost = new TreeSet<>();

  Nodes(MemoryStore store, VirtualTime time) {
    this.store = store;
    this.time = time;
  }

  /** The nodes that are away now. */
  SortedSet<String> away() {
    return Collections.unmodifiableSortedSet(away);
  }

  /** Whether the node has ever been away: then nobody may have waited for what it had begun. */
  boolean everLost(String node) {
    return lost.contains(node);
  }

  void comes(String node) {
    away.remove(node);
    if (store.get(Kind.NODE, Key.of(node)).isEmpty()) {
      store.create(
          new NodeBuilder()
              .withNewMetadata()
              .withName(node)
              .addToLabels(FakeCsi.TOPOLOGY, node)
              .endMetadata()
              .withNewSpec()
              .endSpec()
              .build());
    }
    condition(node, "True");
  }

  /** The node does not answer any more; nobody knows whether it will. */
  void goes(String node) {
    away.add(node);
    lost.add(node);
    if (store.get(Kind.NODE, Key.of(node)).isPresent()) {
      condition(node, "Unknown");
    }
  }

  /** Somebody takes the Node object of a node that is away. */
  boolean removed(String node) {
    if (!away.contains(node) || store.get(Kind.NODE, Key.of(node)).isEmpty()) {
      return false;
    }
    store.delete(Kind.NODE, Key.of(node), Preconditions.NONE);
    return true;
  }

  private void condition(String node, String ready) {
    store.replaceStatus(
        new NodeBuilder(store.get(Kind.NODE, Key.of(node)).orElseThrow())
            .editOrNewStatus()
            .withConditions()
            .addNewCondition()
            .withType("Ready")
            .withStatus(ready)
            .withLastTransitionTime(time.instant().toString())
            .endCondition()
            .endStatus()
            .build());
  }
}
