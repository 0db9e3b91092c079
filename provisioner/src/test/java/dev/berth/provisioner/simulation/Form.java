package dev.berth.provisioner.simulation;

import dev.berth.provisioner.FakeCsi;
import dev.berth.provisioner.Parts;
import dev.berth.provisioner.cluster.CacheSpec;
import dev.berth.provisioner.cluster.Kind;
import java.util.List;
import java.util.Optional;

/** How the controllers are put together, as the program does it. */
enum Form {
  /** One process does everything. */
  MACHINE,
  /** A process on each of two nodes, and the controller role. */
  FLEET;

  private static final String CONTROLLER = "controller";

  List<String> nodes() {
    return switch (this) {
      case MACHINE -> List.of(FakeCsi.NODE);
      case FLEET -> List.of(FakeCsi.NODE, "node-2");
    };
  }

  /** The processes; those on nodes have the node's name. */
  List<String> processes() {
    return switch (this) {
      case MACHINE -> nodes();
      case FLEET -> List.of(FakeCsi.NODE, "node-2", CONTROLLER);
    };
  }

  /** The node on which people make volumes by hand; in a cluster, binding those is not ours. */
  Optional<String> byHand() {
    return this == MACHINE ? Optional.of(FakeCsi.NODE) : Optional.empty();
  }

  /** What a process keeps in its caches. */
  List<CacheSpec<?>> caches(String process) {
    if (this == MACHINE) {
      return Kind.ALL.stream().<CacheSpec<?>>map(CacheSpec::of).toList();
    }
    return process.equals(CONTROLLER) ? Parts.controllerCaches() : Parts.nodeCaches(process);
  }

  /** The controllers of a process. */
  List<Parts.Part> parts(Parts.World world) {
    if (this == MACHINE) {
      return Parts.alone(world);
    }
    return world.process().equals(CONTROLLER) ? Parts.controller(world) : Parts.node(world);
  }
}
