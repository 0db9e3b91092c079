package dev.berth.provisioner.orphan;

import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Index;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.object.Volume;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which volumes have a PersistentVolume. The cache has those that were made here; one that a person
 * wrote may lack the label of the node, so that only a list of all PVs tells.
 */
final class NamedHandles {
  private final Cluster cluster;
  private final String driver;

  /** What the last list of all was asked about; there is no need to ask the same again. */
  private Set<String> listed = Set.of();

  private Map<String, String> found = Map.of();

  NamedHandles(Cluster cluster, String driver) {
    this.cluster = cluster;
    this.driver = driver;
  }

  /** The name of the PV, as the cache has it. */
  Optional<String> cached(String handle) {
    return cluster.list(Kind.VOLUME, Index.VOLUME_BY_HANDLE, handle).stream()
        .filter(this::isOurs)
        .map(volume -> volume.getMetadata().getName())
        .findFirst();
  }

  /** The names of the PVs of these handles, as they are kept now. */
  Map<String, String> live(Set<String> handles) {
    Map<String, String> names = new HashMap<>();
    if (!handles.isEmpty()) {
      cluster.eachLive(
          Kind.VOLUME,
          volume -> {
            if (isOurs(volume) && handles.contains(handle(volume))) {
              names.put(handle(volume), volume.getMetadata().getName());
            }
          });
    }
    listed = new HashSet<>(handles);
    found = names;
    return names;
  }

  /** The same, as the last list of all had it when it was asked about the same handles. */
  Map<String, String> recent(Set<String> handles) {
    return listed.equals(handles) ? found : live(handles);
  }

  private boolean isOurs(PersistentVolume volume) {
    return new Volume(volume).csi().filter(csi -> driver.equals(csi.getDriver())).isPresent();
  }

  private static String handle(PersistentVolume volume) {
    return volume.getSpec().getCsi().getVolumeHandle();
  }
}
