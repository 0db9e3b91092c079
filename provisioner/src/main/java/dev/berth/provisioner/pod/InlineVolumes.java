package dev.berth.provisioner.pod;

import static java.util.Objects.requireNonNullElse;

import dev.berth.csi.v1.VolumeCapability.AccessMode;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.csi.CsiDriver;
import dev.berth.provisioner.csi.VolumeCapabilities;
import io.fabric8.kubernetes.api.model.CSIVolumeSource;
import io.fabric8.kubernetes.api.model.Pod;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What a volume of kind csi asks for: its driver makes it when it is published, and it goes with
 * its pod.
 */
final class InlineVolumes {
  private static final String OF_KUBERNETES = "csi.storage.k8s.io/";

  private final Map<String, CsiDriver> drivers;

  InlineVolumes(Map<String, CsiDriver> drivers) {
    this.drivers = Map.copyOf(drivers);
  }

  Want want(Pod pod, String volume, CSIVolumeSource source) {
    if (!drivers.containsKey(source.getDriver())) {
      return new Want.Refused(
          volume,
          "volume \"%s\": csi.driver \"%s\" is not on this node; it has %s"
              .formatted(volume, source.getDriver(), new TreeSet<>(drivers.keySet())));
    }
    CsiMount mount =
        new CsiMount(
            new CsiVolume(source.getDriver(), handle(pod, volume)),
            volume,
            false,
            VolumeCapabilities.of(
                AccessMode.Mode.SINGLE_NODE_WRITER,
                "Filesystem",
                requireNonNullElse(source.getFsType(), ""),
                List.of()),
            new CsiContext(context(pod, source), Map.of(), secrets(pod, source)),
            Boolean.TRUE.equals(source.getReadOnly()),
            false);
    return new Want.Csi(volume, mount, Optional.empty());
  }

  /** As a kubelet makes it up, so that it is the same after a restart. */
  static String handle(Pod pod, String volume) {
    try {
      byte[] text = (pod.getMetadata().getUid() + volume).getBytes(StandardCharsets.UTF_8);
      return "csi-" + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** The attributes, and what the kubelet adds to them about the pod. */
  private static Map<String, String> context(Pod pod, CSIVolumeSource source) {
    Map<String, String> context =
        new HashMap<>(requireNonNullElse(source.getVolumeAttributes(), Map.of()));
    context.put(OF_KUBERNETES + "ephemeral", "true");
    context.put(OF_KUBERNETES + "pod.name", pod.getMetadata().getName());
    context.put(OF_KUBERNETES + "pod.namespace", pod.getMetadata().getNamespace());
    context.put(OF_KUBERNETES + "pod.uid", pod.getMetadata().getUid());
    context.put(
        OF_KUBERNETES + "serviceAccount.name",
        requireNonNullElse(pod.getSpec().getServiceAccountName(), "default"));
    return context;
  }

  private static CsiSecrets secrets(Pod pod, CSIVolumeSource source) {
    Optional<Key> publish =
        Optional.ofNullable(source.getNodePublishSecretRef())
            .map(ref -> Key.of(pod.getMetadata().getNamespace(), ref.getName()));
    return new CsiSecrets(Optional.empty(), publish, Optional.empty());
  }
}
