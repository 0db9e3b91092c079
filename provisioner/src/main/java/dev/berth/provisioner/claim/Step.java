package dev.berth.provisioner.claim;

import dev.berth.csi.v1.CreateVolumeRequest;
import dev.berth.provisioner.cluster.Notice;
import dev.berth.provisioner.object.Klass;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.util.Optional;

/** What comes next for a claim: one effect, or the end. */
sealed interface Step {
  /** All is as it should be, or it is somebody else's turn. */
  record Nothing() implements Step {}

  /** Nothing can be done until something changes; the person is told. */
  record Tell(Notice notice) implements Step {}

  /** Write metadata and spec of the claim. */
  record WriteClaim(PersistentVolumeClaim claim) implements Step {}

  /** Write the status of the claim, and say what happened where that is news. */
  record WriteClaimStatus(PersistentVolumeClaim claim, Optional<Notice> notice) implements Step {}

  /** Write metadata and spec of the volume. */
  record WriteVolume(PersistentVolume volume) implements Step {}

  /** Write the status of the volume. */
  record WriteVolumeStatus(PersistentVolume volume) implements Step {}

  /** Write metadata of the claim that the volume is to be filled from. */
  record Protect(PersistentVolumeClaim source) implements Step {}

  /** Make the volume, then the PV. */
  record Provision(CreateVolumeRequest request, Klass klass) implements Step {}

  /** The claim goes, and a volume of its may exist or come to be: find its id, delete it. */
  record CleanUp(CreateVolumeRequest request, Klass klass) implements Step {}

  /** The claim is lost if the volume is really gone: ask the cluster, not the cache. */
  record ConfirmLost(String volumeName) implements Step {}
}
