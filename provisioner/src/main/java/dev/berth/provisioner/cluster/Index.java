package dev.berth.provisioner.cluster;

import io.fabric8.kubernetes.api.model.CSIPersistentVolumeSource;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.storage.VolumeAttachment;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What lists can be narrowed by without a scan. Each says which kind it is for and what its value
 * is.
 */
public enum Index {
  /** Any namespaced kind, by namespace. */
  BY_NAMESPACE(HasMetadata.class),
  /** Claims, by the name of their StorageClass; a claim without one is under the empty string. */
  CLAIM_BY_CLASS(PersistentVolumeClaim.class),
  /** Claims, by the name of the volume in {@code spec.volumeName}. */
  CLAIM_BY_VOLUME(PersistentVolumeClaim.class),
  /** Volumes, by the {@code namespace/name} in their claimRef. */
  VOLUME_BY_CLAIM(PersistentVolume.class),
  /** Volumes without a claimRef, by the name of their StorageClass, or the empty string. */
  UNCLAIMED_VOLUME_BY_CLASS(PersistentVolume.class),
  /** Volumes, by {@code spec.csi.volumeHandle}. */
  VOLUME_BY_HANDLE(PersistentVolume.class),
  /**
   * Pods, by the {@code namespace/name} of each claim that a volume of theirs mounts, a generic
   * ephemeral volume's claim ({@code pod-volume}) included.
   */
  POD_BY_CLAIM(Pod.class),
  /** Pods, by {@code spec.nodeName}; a pod without one is under the empty string. */
  POD_BY_NODE(Pod.class),
  /** Attachments, by the name of their PersistentVolume. */
  ATTACHMENT_BY_VOLUME(VolumeAttachment.class),
  /** Attachments, by {@code spec.nodeName}. */
  ATTACHMENT_BY_NODE(VolumeAttachment.class),
  /** Events, by the uid of the object that they are about. */
  EVENT_BY_UID(Event.class);

  private static final String BETA_CLASS = "volume.beta.kubernetes.io/storage-class";

  private final Class<? extends HasMetadata> type;

  Index(Class<? extends HasMetadata> type) {
    this.type = type;
  }

  /** Whether objects of this kind are in it. */
  public boolean covers(Kind<?> kind) {
    return type.isAssignableFrom(kind.type()) && (this != BY_NAMESPACE || kind.namespaced());
  }

  /** Under which values this object, of a kind that the index covers, is found. */
  public Set<String> valuesOf(HasMetadata object) {
    return switch (this) {
      case BY_NAMESPACE -> Set.of(text(object.getMetadata().getNamespace()));
      case CLAIM_BY_CLASS ->
          Set.of(classOf(object, ((PersistentVolumeClaim) object).getSpec().getStorageClassName()));
      case CLAIM_BY_VOLUME -> named(((PersistentVolumeClaim) object).getSpec().getVolumeName());
      case VOLUME_BY_CLAIM -> claimOf((PersistentVolume) object);
      case UNCLAIMED_VOLUME_BY_CLASS ->
          ((PersistentVolume) object).getSpec().getClaimRef() == null
              ? Set.of(classOf((PersistentVolume) object))
              : Set.of();
      case VOLUME_BY_HANDLE -> handleOf((PersistentVolume) object);
      case POD_BY_CLAIM -> claimsOf((Pod) object);
      case POD_BY_NODE -> Set.of(text(((Pod) object).getSpec().getNodeName()));
      case ATTACHMENT_BY_VOLUME ->
          named(((VolumeAttachment) object).getSpec().getSource().getPersistentVolumeName());
      case ATTACHMENT_BY_NODE -> named(((VolumeAttachment) object).getSpec().getNodeName());
      case EVENT_BY_UID -> uidOf((Event) object);
    };
  }

  private static String classOf(PersistentVolume volume) {
    return classOf(volume, volume.getSpec().getStorageClassName());
  }

  /** The class, which old manifests say in an annotation. */
  private static String classOf(HasMetadata object, @Nullable String className) {
    Map<String, String> annotations =
        Objects.requireNonNullElse(object.getMetadata().getAnnotations(), Map.of());
    return text(annotations.getOrDefault(BETA_CLASS, text(className)));
  }

  private static Set<String> claimOf(PersistentVolume volume) {
    ObjectReference claim = volume.getSpec().getClaimRef();
    return claim == null ? Set.of() : Set.of(claim.getNamespace() + "/" + claim.getName());
  }

  private static Set<String> handleOf(PersistentVolume volume) {
    CSIPersistentVolumeSource csi = volume.getSpec().getCsi();
    return csi == null ? Set.of() : named(csi.getVolumeHandle());
  }

  private static Set<String> uidOf(Event event) {
    ObjectReference about = event.getInvolvedObject();
    return about == null ? Set.of() : named(about.getUid());
  }

  private static Set<String> claimsOf(Pod pod) {
    String namespace = text(pod.getMetadata().getNamespace());
    return pod.getSpec().getVolumes().stream()
        .flatMap(volume -> claim(pod, volume).stream())
        .map(claim -> namespace + "/" + claim)
        .collect(Collectors.toUnmodifiableSet());
  }

  private static Optional<String> claim(Pod pod, Volume volume) {
    if (volume.getPersistentVolumeClaim() != null) {
      return Optional.of(volume.getPersistentVolumeClaim().getClaimName());
    }
    return volume.getEphemeral() != null
        ? Optional.of(pod.getMetadata().getName() + "-" + volume.getName())
        : Optional.empty();
  }

  private static Set<String> named(@Nullable String value) {
    return value == null || value.isEmpty() ? Set.of() : Set.of(value);
  }

  private static String text(@Nullable String value) {
    return Objects.requireNonNullElse(value, "");
  }
}
