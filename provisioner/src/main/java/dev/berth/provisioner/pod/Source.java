package dev.berth.provisioner.pod;

import static java.util.Objects.requireNonNullElse;

import io.fabric8.kubernetes.api.model.ConfigMapProjection;
import io.fabric8.kubernetes.api.model.ConfigMapVolumeSource;
import io.fabric8.kubernetes.api.model.DownwardAPIVolumeFile;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.ProjectedVolumeSource;
import io.fabric8.kubernetes.api.model.SecretProjection;
import io.fabric8.kubernetes.api.model.SecretVolumeSource;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the files of a volume come from: a configMap, a secret and a downwardAPI volume are
 * projections with one part.
 *
 * @param plugin what kind of volume it is
 * @param defaultMode the permissions of files that name none
 * @param parts in the order of the manifest
 */
record Source(Plugin plugin, int defaultMode, List<Part> parts) {
  /** The API's default for all four kinds. */
  private static final int MODE = 0644;

  Source {
    parts = List.copyOf(parts);
  }

  /** One part. */
  sealed interface Part {}

  /**
   * Keys of an object.
   *
   * @param object its name, in the pod's namespace
   * @param items which keys, and where; all of them under their own names when there are none
   * @param optional whether object and keys may be missing
   */
  record Keyed(Holder kind, String object, List<KeyToPath> items, boolean optional)
      implements Part {}

  /** What the pod is told about itself. */
  record Downward(List<DownwardAPIVolumeFile> files) implements Part {}

  /** One that cannot be had here. */
  record Unknown(String why) implements Part {}

  /** What holds keys, with the word for it in a kubelet's messages. */
  enum Holder {
    CONFIG_MAP("configmap"),
    SECRET("secret");

    private final String word;

    Holder(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  /** Empty for a volume of another kind. */
  static Optional<Source> of(Volume volume) {
    if (volume.getConfigMap() != null) {
      ConfigMapVolumeSource map = volume.getConfigMap();
      Keyed part = keyed(Holder.CONFIG_MAP, map.getName(), map.getItems(), map.getOptional());
      return Optional.of(one(Plugin.CONFIG_MAP, map.getDefaultMode(), part));
    }
    if (volume.getSecret() != null) {
      SecretVolumeSource secret = volume.getSecret();
      Keyed part =
          keyed(Holder.SECRET, secret.getSecretName(), secret.getItems(), secret.getOptional());
      return Optional.of(one(Plugin.SECRET, secret.getDefaultMode(), part));
    }
    if (volume.getDownwardAPI() != null) {
      Downward part = new Downward(volume.getDownwardAPI().getItems());
      return Optional.of(one(Plugin.DOWNWARD_API, volume.getDownwardAPI().getDefaultMode(), part));
    }
    return Optional.ofNullable(volume.getProjected()).map(Source::projected);
  }

  private static Source one(Plugin plugin, @Nullable Integer mode, Part part) {
    return new Source(plugin, requireNonNullElse(mode, MODE), List.of(part));
  }

  private static Source projected(ProjectedVolumeSource projected) {
    return new Source(
        Plugin.PROJECTED,
        requireNonNullElse(projected.getDefaultMode(), MODE),
        projected.getSources().stream().map(Source::part).toList());
  }

  private static Part part(VolumeProjection source) {
    if (source.getConfigMap() != null) {
      ConfigMapProjection map = source.getConfigMap();
      return keyed(Holder.CONFIG_MAP, map.getName(), map.getItems(), map.getOptional());
    }
    if (source.getSecret() != null) {
      SecretProjection secret = source.getSecret();
      return keyed(Holder.SECRET, secret.getName(), secret.getItems(), secret.getOptional());
    }
    if (source.getDownwardAPI() != null) {
      return new Downward(source.getDownwardAPI().getItems());
    }
    return new Unknown(
        source.getServiceAccountToken() != null
            ? "serviceAccountToken: on one machine without Kubernetes nobody issues tokens; take it"
                + " out of the projected volume"
            : "a projected source is none of configMap, secret and downwardAPI; take it out of the"
                + " projected volume");
  }

  private static Keyed keyed(
      Holder kind,
      @Nullable String object,
      @Nullable List<KeyToPath> items,
      @Nullable Boolean optional) {
    return new Keyed(
        kind,
        requireNonNullElse(object, ""),
        requireNonNullElse(items, List.of()),
        Boolean.TRUE.equals(optional));
  }
}
