package dev.berth.provisioner.pod;

import dev.berth.csi.v1.NodePublishVolumeRequest;
import dev.berth.csi.v1.NodeStageVolumeRequest;
import dev.berth.csi.v1.NodeUnpublishVolumeRequest;
import dev.berth.csi.v1.NodeUnstageVolumeRequest;
import dev.berth.provisioner.csi.Answer;
import dev.berth.provisioner.csi.CsiDriver;
import dev.berth.provisioner.pod.Actual.Published;
import dev.berth.provisioner.pod.Actual.Staged;
import dev.berth.provisioner.queue.Outcome;
import dev.berth.provisioner.secret.Secrets;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steps of a CSI volume on the node. Evidence is made before each call and removed only after
 * the opposite call has succeeded, so whatever instant the process ends at, the next start knows
 * what to undo.
 */
final class CsiMounter {
  private static final Logger LOG = LoggerFactory.getLogger(CsiMounter.class);

  private final Layout layout;
  private final HostMounts mounts;
  private final Secrets secrets;
  private final Map<String, CsiDriver> drivers;

  CsiMounter(Layout layout, HostMounts mounts, Secrets secrets, Map<String, CsiDriver> drivers) {
    this.layout = layout;
    this.mounts = mounts;
    this.secrets = secrets;
    this.drivers = Map.copyOf(drivers);
  }

  Outcome stage(CsiMount mount) throws IOException {
    Layout.Place place = staging(mount);
    VolumeData.write(place.data(), mount.volume(), mount.pv());
    Folders.create(place.target());
    NodeStageVolumeRequest.Builder request =
        NodeStageVolumeRequest.newBuilder()
            .setVolumeId(mount.volume().handle())
            .setStagingTargetPath(place.target().toString())
            .setVolumeCapability(mount.capability())
            .putAllVolumeContext(mount.context().volume())
            .putAllPublishContext(mount.context().publish());
    String failed = "MountVolume.MountDevice failed for volume \"" + mount.pv() + "\"";
    return CsiSecrets.with(
        secrets,
        mount.context().secrets().stage(),
        failed,
        "NodeStageSecretRef",
        given -> outcome(failed, driver(mount).stage(request.putAllSecrets(given).build())));
  }

  Outcome publish(PodRef pod, CsiMount mount) throws IOException {
    Layout.Place place = layout.published(pod.uid(), mount.pv(), mount.block());
    VolumeData.write(place.data(), mount.volume(), mount.pv());
    if (mount.block()) {
      link(place);
    }
    NodePublishVolumeRequest.Builder request =
        NodePublishVolumeRequest.newBuilder()
            .setVolumeId(mount.volume().handle())
            .setTargetPath(place.target().toString())
            .setVolumeCapability(mount.capability())
            .setReadonly(mount.readOnly())
            .putAllVolumeContext(mount.context().volume())
            .putAllPublishContext(mount.context().publish());
    if (mount.stages()) {
      request.setStagingTargetPath(staging(mount).target().toString());
    }
    String failed = "MountVolume.SetUp failed for volume \"" + mount.pv() + "\"";
    Outcome outcome =
        CsiSecrets.with(
            secrets,
            mount.context().secrets().publish(),
            failed,
            "NodePublishSecretRef",
            given -> outcome(failed, driver(mount).publish(request.putAllSecrets(given).build())));
    if (outcome instanceof Outcome.Done && !isThere(place, mount.block())) {
      return Outcome.failed(
          failed
              + " : driver "
              + mount.volume().driver()
              + " answered OK, but nothing is at "
              + place.target());
    }
    return outcome;
  }

  Outcome unpublish(Published at) throws IOException {
    Layout.Place place = layout.published(at.uid(), at.pv(), at.block());
    Optional<CsiDriver> driver = driver(at.volume(), place);
    if (driver.isPresent()) {
      Answer<?> answer =
          driver
              .get()
              .unpublish(
                  NodeUnpublishVolumeRequest.newBuilder()
                      .setVolumeId(at.volume().orElseThrow().handle())
                      .setTargetPath(place.target().toString())
                      .build());
      if (!isOver(answer)) {
        return outcome("UnmountVolume.TearDown failed for volume \"" + at.pv() + "\"", answer);
      }
    }
    unmount(place.target());
    Folders.removeEmpty(place.target()); // the driver should have done so (CSI spec, NodeUnpublish)
    if (at.block()) {
      Folders.removeIfEmpty(Folders.parentOf(place.target()));
      Files.deleteIfExists(place.evidence());
    } else {
      VolumeData.remove(place.data());
      Folders.removeEmpty(place.evidence());
    }
    return Outcome.done();
  }

  Outcome unstage(Staged at) throws IOException {
    Layout.Place place = at.place();
    Optional<CsiDriver> driver =
        driver(at.volume(), place).filter(known -> known.capabilities().stageUnstage());
    if (driver.isPresent()) {
      Answer<?> answer =
          driver
              .get()
              .unstage(
                  NodeUnstageVolumeRequest.newBuilder()
                      .setVolumeId(at.volume().orElseThrow().handle())
                      .setStagingTargetPath(place.target().toString())
                      .build());
      if (!isOver(answer)) {
        return outcome("UnmountDevice failed at " + place.target(), answer);
      }
    }
    unmount(place.target());
    Folders.removeEmpty(place.target());
    VolumeData.remove(place.data());
    if (at.block()) {
      Folders.removeEmpty(Folders.parentOf(place.data()));
    }
    Folders.removeEmpty(place.evidence());
    return Outcome.done();
  }

  Layout.Place staging(CsiMount mount) {
    return mount.block() ? layout.stagedDevice(mount.pv()) : layout.staged(mount.volume());
  }

  CsiDriver driver(CsiMount mount) {
    return Objects.requireNonNull(drivers.get(mount.volume().driver()), "asked before");
  }

  /** The one who can undo it. Without one the kernel is asked directly. */
  private Optional<CsiDriver> driver(Optional<CsiVolume> volume, Layout.Place place) {
    Optional<CsiDriver> driver = volume.map(v -> drivers.get(v.driver()));
    if (driver.isEmpty() && mounts.isMounted(place.target())) {
      LOG.warn(
          "{}: {}; unmounting it without a driver",
          place.target(),
          volume
              .map(v -> "driver " + v.driver() + " is not on this node")
              .orElse("nothing says which volume it is"));
    }
    return driver;
  }

  /** Success, or a volume that the driver has never heard of: both leave nothing to wait for. */
  private static boolean isOver(Answer<?> answer) {
    return answer instanceof Answer.Done<?>
        || (answer instanceof Answer.Refused<?>(Status.Code code, String _)
            && code == Status.Code.NOT_FOUND);
  }

  /** What a driver that does not know the volume, or no driver, has left mounted. */
  private void unmount(Path target) {
    if (mounts.isMounted(target)) {
      mounts.unmount(target);
    }
  }

  private boolean isThere(Layout.Place place, boolean block) throws IOException {
    return mounts.isMounted(place.target())
        || (block && Files.exists(place.target()) && HostPathCheck.isBlockDevice(place.target()));
  }

  /** The pod's own path to its device; it also is the evidence. */
  private static void link(Layout.Place place) throws IOException {
    Folders.create(Folders.parentOf(place.target()));
    Folders.create(Folders.parentOf(place.evidence()));
    if (!Files.exists(place.evidence(), LinkOption.NOFOLLOW_LINKS)) {
      Files.createSymbolicLink(place.evidence(), place.target());
    }
  }

  static Outcome outcome(String what, Answer<?> answer) {
    return switch (answer) {
      case Answer.Done<?> _ -> Outcome.done();
      case Answer.Refused<?>(Status.Code _, String why) -> Outcome.failed(what + " : " + why);
      case Answer.TryAnotherNode<?>(String why) -> Outcome.failed(what + " : " + why);
      case Answer.StillRunning<?>(String why) ->
          Outcome.failed(what + " : " + why + "; asked again until the answer is certain");
    };
  }
}
