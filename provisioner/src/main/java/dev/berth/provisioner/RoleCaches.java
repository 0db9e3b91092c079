package dev.berth.provisioner;

import dev.berth.provisioner.capacity.CapacityController;
import dev.berth.provisioner.cluster.CacheSpec;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Selector;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Names;
import java.util.List;

/**
 * What each role watches. A node keeps its own PVs and its own Node, never the cluster's. Claims
 * are the exception: the API server cannot select them by annotation, so every node is sent every
 * change of every claim, about 2 KB each, and keeps those that are not bound and those that were
 * made on it. The controller role, which runs once, keeps all claims and PVs, bound ones trimmed.
 */
final class RoleCaches {
  private static final Selector GUARD = Selector.named(Names.BINDING_GUARD);

  private RoleCaches() {}

  static List<CacheSpec<?>> ofNode(RoleSettings settings) {
    return List.of(
        CacheSpec.of(Kind.CLAIM)
            .keeping(claim -> concerns(settings.nodeName(), new Claim(claim)))
            .trimmed(Trims::claim),
        CacheSpec.of(Kind.VOLUME)
            .selecting(Selector.label(settings.nodeLabel(), settings.nodeName()))
            .trimmed(Trims::volume),
        CacheSpec.of(Kind.STORAGE_CLASS).trimmed(Trims::any),
        CacheSpec.of(Kind.NODE).selecting(Selector.named(settings.nodeName())).trimmed(Trims::node),
        capacities(settings),
        CacheSpec.of(Kind.ADMISSION_POLICY).selecting(GUARD).trimmed(Trims::any),
        CacheSpec.of(Kind.ADMISSION_POLICY_BINDING).selecting(GUARD).trimmed(Trims::any));
  }

  /** Whether a claim may still come to this node, or has its volume here. */
  private static boolean concerns(String node, Claim claim) {
    return !claim.phase().equals("Bound") || claim.selectedNode().filter(node::equals).isPresent();
  }

  static List<CacheSpec<?>> ofController(RoleSettings settings) {
    return List.of(
        CacheSpec.of(Kind.CLAIM).trimmed(Trims::claim),
        CacheSpec.of(Kind.VOLUME).trimmed(Trims::volume),
        CacheSpec.of(Kind.STORAGE_CLASS).trimmed(Trims::any),
        CacheSpec.of(Kind.NODE).trimmed(Trims::node),
        capacities(settings),
        CacheSpec.of(Kind.ADMISSION_POLICY).selecting(GUARD).trimmed(Trims::any),
        CacheSpec.of(Kind.ADMISSION_POLICY_BINDING).selecting(GUARD).trimmed(Trims::any));
  }

  private static CacheSpec<?> capacities(RoleSettings settings) {
    return CacheSpec.of(Kind.CSI_STORAGE_CAPACITY)
        .selecting(
            Selector.label(CapacityController.DRIVER_LABEL, settings.driver())
                .in(settings.podNamespace()))
        .trimmed(Trims::any);
  }
}
