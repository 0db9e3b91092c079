package dev.berth.provisioner;

import dev.berth.provisioner.cluster.CacheSpec;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Selector;
import dev.berth.provisioner.object.Names;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.Map;

/**
 * What each role watches. A node keeps its own PVs and its own Node, never the cluster's. Claims
 * are the exception: the API server cannot select them by annotation, so every node is sent every
 * change of every claim (a few kilobytes each), and keeps of those that are bound only what tells
 * whether they are still there.
 */
final class RoleCaches {
  /** The name of the admission policy, and of its binding, by which claims are bound directly. */
  private static final String GUARD = Names.BINDING_GUARD;

  private static final String DRIVER_LABEL = "csi.storage.k8s.io/drivername";

  private RoleCaches() {}

  static List<CacheSpec<?>> ofNode(RoleSettings settings) {
    return List.of(
        whole(CacheSpec.of(Kind.CLAIM)),
        whole(
            CacheSpec.of(Kind.VOLUME)
                .selecting(Selector.label(settings.nodeLabel(), settings.nodeName()))),
        whole(CacheSpec.of(Kind.STORAGE_CLASS)),
        whole(CacheSpec.of(Kind.NODE).selecting(Selector.named(settings.nodeName()))),
        capacities(settings),
        whole(CacheSpec.of(Kind.ADMISSION_POLICY).selecting(Selector.named(GUARD))),
        whole(CacheSpec.of(Kind.ADMISSION_POLICY_BINDING).selecting(Selector.named(GUARD))));
  }

  static List<CacheSpec<?>> ofController(RoleSettings settings) {
    return List.of(
        whole(CacheSpec.of(Kind.CLAIM)),
        whole(CacheSpec.of(Kind.VOLUME)),
        whole(CacheSpec.of(Kind.STORAGE_CLASS)),
        whole(CacheSpec.of(Kind.NODE)),
        capacities(settings),
        whole(CacheSpec.of(Kind.ADMISSION_POLICY).selecting(Selector.named(GUARD))),
        whole(CacheSpec.of(Kind.ADMISSION_POLICY_BINDING).selecting(Selector.named(GUARD))));
  }

  private static CacheSpec<?> capacities(RoleSettings settings) {
    return whole(
        CacheSpec.of(Kind.CSI_STORAGE_CAPACITY)
            .selecting(
                new Selector(
                    java.util.Optional.of(settings.podNamespace()),
                    Map.of(DRIVER_LABEL, settings.driver()),
                    Map.of())));
  }

  private static <T extends HasMetadata> CacheSpec<T> whole(CacheSpec<T> spec) {
    return spec.trimmed(
        object -> {
          object.getMetadata().setManagedFields(null);
          return object;
        });
  }
}
