/**
 * Snapshots: from a VolumeSnapshot to a VolumeSnapshotContent to a snapshot of the driver, and back
 * when they are deleted; what snapshot-controller and csi-snapshotter do together. Two controllers,
 * one for each kind; each decides purely from what it has seen, does one thing, and looks again.
 */
@NullMarked
package dev.berth.provisioner.snapshot;

import org.jspecify.annotations.NullMarked;
