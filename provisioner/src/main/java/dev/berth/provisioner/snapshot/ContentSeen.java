package dev.berth.provisioner.snapshot;

import dev.berth.provisioner.cluster.extension.VolumeSnapshot;
import dev.berth.provisioner.cluster.extension.VolumeSnapshotClass;
import dev.berth.provisioner.cluster.extension.VolumeSnapshotContent;
import java.time.Instant;
import java.util.Optional;

/**
 * Everything that was read about a content.
 *
 * @param snapshot the VolumeSnapshot whose it is, by uid
 * @param klass its class, if it still exists
 */
record ContentSeen(
    VolumeSnapshotContent content,
    Optional<VolumeSnapshot> snapshot,
    Optional<VolumeSnapshotClass> klass,
    Instant now) {}
