package dev.berth.provisioner.attachment;

import static java.util.Objects.requireNonNullElse;

import dev.berth.csi.v1.ControllerPublishVolumeRequest;
import dev.berth.csi.v1.ControllerPublishVolumeResponse;
import dev.berth.csi.v1.ControllerUnpublishVolumeRequest;
import dev.berth.csi.v1.ControllerUnpublishVolumeResponse;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.csi.Answer;
import dev.berth.provisioner.csi.CsiDriver;
import dev.berth.provisioner.csi.InvalidRequestException;
import dev.berth.provisioner.csi.VolumeCapabilities;
import dev.berth.provisioner.object.Volume;
import dev.berth.provisioner.secret.Secrets;
import dev.berth.provisioner.secret.UnreadableSecretException;
import io.fabric8.kubernetes.api.model.CSIPersistentVolumeSource;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.grpc.Status;
import java.util.Map;
import java.util.Optional;

/** The two calls of an attacher, from the PV as it is kept: caches leave things out. */
final class Calls {
  private final Cluster cluster;
  private final CsiDriver driver;
  private final Secrets secrets;

  Calls(Cluster cluster, CsiDriver driver) {
    this.cluster = cluster;
    this.driver = driver;
    this.secrets = new Secrets(cluster);
  }

  Answer<ControllerPublishVolumeResponse> publish(Attachment attachment, String nodeId) {
    String name = attachment.volume().orElseThrow();
    Optional<PersistentVolume> live = cluster.getLive(Kind.VOLUME, Key.of(name));
    if (live.filter(volume -> !new Volume(volume).deleting()).isEmpty()) {
      return new Answer.Refused<>(
          Status.Code.NOT_FOUND, "PersistentVolume \"" + name + "\" is marked for deletion");
    }
    try {
      return driver.controllerPublish(request(live.get(), nodeId));
    } catch (InvalidRequestException e) {
      return new Answer.Refused<>(Status.Code.INVALID_ARGUMENT, e.why());
    } catch (UnreadableSecretException e) {
      return new Answer.Refused<>(Status.Code.UNAUTHENTICATED, e.why());
    }
  }

  private ControllerPublishVolumeRequest request(PersistentVolume volume, String nodeId) {
    CSIPersistentVolumeSource csi = volume.getSpec().getCsi();
    boolean readOnly =
        driver.capabilities().publishReadonly() && Boolean.TRUE.equals(csi.getReadOnly());
    return ControllerPublishVolumeRequest.newBuilder()
        .setVolumeId(csi.getVolumeHandle())
        .setNodeId(nodeId)
        .setVolumeCapability(VolumeCapabilities.of(volume, driver.capabilities()))
        .setReadonly(readOnly)
        .putAllSecrets(secrets.read(Optional.ofNullable(csi.getControllerPublishSecretRef())))
        .putAllVolumeContext(requireNonNullElse(csi.getVolumeAttributes(), Map.of()))
        .build();
  }

  Answer<ControllerUnpublishVolumeResponse> unpublish(Work.Unpublish what) {
    Optional<CSIPersistentVolumeSource> csi = what.volume().flatMap(Volume::csi);
    try {
      return driver.controllerUnpublish(
          ControllerUnpublishVolumeRequest.newBuilder()
              .setVolumeId(what.handle())
              .setNodeId(what.nodeId())
              .putAllSecrets(
                  secrets.read(csi.map(CSIPersistentVolumeSource::getControllerPublishSecretRef)))
              .build());
    } catch (UnreadableSecretException e) {
      return new Answer.Refused<>(Status.Code.UNAUTHENTICATED, e.why());
    }
  }
}
