package dev.berth.provisioner.recycle;

import static java.util.Objects.requireNonNullElse;

import io.fabric8.kubernetes.api.model.PersistentVolumeSpec;
import java.util.List;
import java.util.Optional;

/** What a recycled volume is emptied of. */
public sealed interface Contents {
  /** A folder of this machine. */
  record HostFolder(String path) implements Contents {}

  /** A folder of an NFS server. */
  record NfsExport(String server, String path, List<String> mountOptions) implements Contents {
    public NfsExport {
      mountOptions = List.copyOf(mountOptions);
    }
  }

  /** The contents of a volume; empty for a kind that Kubernetes has no recycler for. */
  static Optional<Contents> of(PersistentVolumeSpec spec) {
    if (spec.getHostPath() != null) {
      return Optional.of(new HostFolder(spec.getHostPath().getPath()));
    }
    return Optional.ofNullable(spec.getNfs())
        .map(
            nfs ->
                new NfsExport(
                    nfs.getServer(),
                    nfs.getPath(),
                    requireNonNullElse(spec.getMountOptions(), List.of())));
  }
}
