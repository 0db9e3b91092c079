package dev.berth.provisioner.pod;

import dev.berth.provisioner.attachment.NodeAttachments;
import dev.berth.provisioner.attachment.Standing;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.csi.CsiDriver;
import dev.berth.provisioner.csi.InvalidRequestException;
import dev.berth.provisioner.csi.VolumeCapabilities;
import dev.berth.provisioner.object.EphemeralVolumes;
import dev.berth.provisioner.pod.Want.Growth;
import dev.berth.provisioner.quantity.Bytes;
import io.fabric8.kubernetes.api.model.CSIPersistentVolumeSource;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimStatus;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimVolumeSource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What a volume of kind persistentVolumeClaim asks for: from the claim to the CSI volume. */
final class ClaimVolumes {
  private final Cluster cluster;
  private final NodeAttachments attachments;
  private final Map<String, CsiDriver> drivers;

  ClaimVolumes(Cluster cluster, NodeAttachments attachments, Map<String, CsiDriver> drivers) {
    this.cluster = cluster;
    this.attachments = attachments;
    this.drivers = Map.copyOf(drivers);
  }

  Want want(Pod pod, String volume, PersistentVolumeClaimVolumeSource source) {
    Key key = Key.of(pod.getMetadata().getNamespace(), source.getClaimName());
    Optional<PersistentVolumeClaim> claim = cluster.get(Kind.CLAIM, key);
    if (claim.isEmpty()) {
      return new Want.Refused(
          volume,
          "persistentvolumeclaim \""
              + source.getClaimName()
              + "\" not found in namespace "
              + key.namespace()
              + "; create it, and the pod follows");
    }
    Optional<String> pv = boundTo(claim.get());
    if (pv.isEmpty()) {
      return new Want.Waiting(volume, "claim " + source.getClaimName() + " is not bound yet");
    }
    return cluster
        .get(Kind.VOLUME, Key.of(pv.get()))
        .map(v -> want(new Named(pod, volume, source), claim.get(), v))
        .orElseGet(
            () ->
                new Want.Refused(
                    volume,
                    "PersistentVolume \""
                        + pv.get()
                        + "\" of claim "
                        + key
                        + " not found; restore it, or delete the claim and the pod"));
  }

  /** The claim of a generic ephemeral volume, which is made for this pod and no other. */
  Want ephemeral(Pod pod, Volume volume) {
    String name = EphemeralVolumes.claimName(pod, volume);
    Optional<PersistentVolumeClaim> claim =
        cluster.get(Kind.CLAIM, Key.of(pod.getMetadata().getNamespace(), name));
    if (claim.isEmpty()) {
      return new Want.Waiting(volume.getName(), "claim " + name + " is not made yet");
    }
    return EphemeralVolumes.conflict(pod, claim.get())
        .<Want>map(why -> new Want.Refused(volume.getName(), why))
        .orElseGet(
            () -> want(pod, volume.getName(), new PersistentVolumeClaimVolumeSource(name, false)));
  }

  /** The name of the volume that a claim is bound to. */
  static Optional<String> boundTo(PersistentVolumeClaim claim) {
    return Optional.ofNullable(claim.getSpec().getVolumeName())
        .filter(name -> !name.isEmpty())
        .filter(
            _ ->
                Optional.ofNullable(claim.getStatus())
                    .map(PersistentVolumeClaimStatus::getPhase)
                    .filter("Bound"::equals)
                    .isPresent());
  }

  private record Named(Pod pod, String volume, PersistentVolumeClaimVolumeSource source) {}

  private Want want(Named named, PersistentVolumeClaim claim, PersistentVolume pv) {
    Optional<String> wrong = notItsOwn(claim, pv);
    boolean readOnly = Boolean.TRUE.equals(named.source().getReadOnly());
    Optional<Want> plain = PlainVolumes.want(named.volume(), pv, readOnly);
    if (wrong.isEmpty() && plain.isPresent()) {
      return wrongUse(named, PlainVolumes.isBlock(pv))
          .<Want>map(why -> new Want.Refused(named.volume(), why))
          .orElseGet(plain::orElseThrow);
    }
    return wrong
        .or(() -> refusal(named, pv))
        .<Want>map(why -> new Want.Refused(named.volume(), why))
        .orElseGet(
            () ->
                switch (attachments.of(pv)) {
                  case Standing.NotNeeded() -> csi(named, claim, pv, Map.of());
                  case Standing.Attached(var publish) -> csi(named, claim, pv, publish);
                  case Standing.Waiting(String why) ->
                      new Want.Attaching(named.volume(), volume(pv), why);
                });
  }

  private static CsiVolume volume(PersistentVolume pv) {
    CSIPersistentVolumeSource csi = pv.getSpec().getCsi();
    return new CsiVolume(csi.getDriver(), csi.getVolumeHandle());
  }

  private Want csi(
      Named named,
      PersistentVolumeClaim claim,
      PersistentVolume pv,
      Map<String, String> publishContext) {
    CSIPersistentVolumeSource csi = pv.getSpec().getCsi();
    CsiDriver driver = Objects.requireNonNull(drivers.get(csi.getDriver()), "refused before");
    boolean readOnly =
        Boolean.TRUE.equals(named.source().getReadOnly()) || Boolean.TRUE.equals(csi.getReadOnly());
    try {
      CsiMount mount =
          new CsiMount(
              volume(pv),
              pv.getMetadata().getName(),
              driver.capabilities().stageUnstage(),
              VolumeCapabilities.of(pv, driver.capabilities()),
              new CsiContext(
                  Objects.requireNonNullElse(csi.getVolumeAttributes(), Map.of()),
                  publishContext,
                  CsiSecrets.of(csi)),
              readOnly,
              pv.getSpec().getAccessModes().contains("ReadWriteOncePod"));
      return new Want.Csi(named.volume(), mount, growth(claim, pv));
    } catch (InvalidRequestException e) {
      return new Want.Refused(named.volume(), e.why());
    }
  }

  private static Optional<String> notItsOwn(PersistentVolumeClaim claim, PersistentVolume pv) {
    ObjectReference owner = pv.getSpec().getClaimRef();
    return owner != null && Objects.equals(owner.getUid(), claim.getMetadata().getUid())
        ? Optional.empty()
        : Optional.of(
            "PersistentVolume \""
                + pv.getMetadata().getName()
                + "\" is not bound back to claim "
                + Key.of(claim)
                + "; wait, or correct its claimRef");
  }

  /** Why the volume will not be mounted, if so. */
  private Optional<String> refusal(Named named, PersistentVolume pv) {
    String name = "PersistentVolume \"" + pv.getMetadata().getName() + "\"";
    CSIPersistentVolumeSource csi = pv.getSpec().getCsi();
    if (csi == null) {
      return Optional.of(
          name
              + " has none of spec.csi, spec.local, spec.hostPath and spec.nfs: no other kind is"
              + " mounted on one machine; use one of these");
    }
    if (!drivers.containsKey(csi.getDriver())) {
      return Optional.of(
          name
              + ": spec.csi.driver \""
              + csi.getDriver()
              + "\" is not on this node; it has "
              + new TreeSet<>(drivers.keySet()));
    }
    return wrongUse(named, PlainVolumes.isBlock(pv));
  }

  /** A device that a container mounts, or a filesystem that it wants as a device. */
  private static Optional<String> wrongUse(Named named, boolean block) {
    List<Container> containers =
        Stream.concat(
                named.pod().getSpec().getInitContainers().stream(),
                named.pod().getSpec().getContainers().stream())
            .toList();
    Stream<String> wrong =
        block
            ? containers.stream().flatMap(c -> c.getVolumeMounts().stream()).map(m -> m.getName())
            : containers.stream().flatMap(c -> c.getVolumeDevices().stream()).map(d -> d.getName());
    return wrong.anyMatch(named.volume()::equals)
        ? Optional.of(
            "volume \""
                + named.volume()
                + "\" has volumeMode "
                + (block
                    ? "Block, but is specified in volumeMounts"
                    : "Filesystem, but is specified in volumeDevices"))
        : Optional.empty();
  }

  /** The growth that waits for the node (KEP-1790): the controller's half is done. */
  private static Optional<Growth> growth(PersistentVolumeClaim claim, PersistentVolume pv) {
    Quantity size = pv.getSpec().getCapacity().get("storage");
    return size != null && growthIsPending(claim)
        ? Optional.of(new Growth(Key.of(claim), Bytes.of(size).value()))
        : Optional.empty();
  }

  /** Whether the claim waits for its filesystem to follow. */
  static boolean growthIsPending(PersistentVolumeClaim claim) {
    PersistentVolumeClaimStatus status = claim.getStatus();
    String resize =
        Objects.requireNonNullElse(status.getAllocatedResourceStatuses(), Map.<String, String>of())
            .getOrDefault("storage", "");
    return resize.equals("NodeResizePending")
        || resize.equals("NodeResizeInProgress")
        || status.getConditions().stream()
            .anyMatch(
                c -> "FileSystemResizePending".equals(c.getType()) && "True".equals(c.getStatus()));
  }
}
