/**
 * Snapshots of several claims at one instant: from a VolumeGroupSnapshot to its content, to one
 * call of the driver, and from its answer to a VolumeSnapshot and a content for each member.
 */
@NullMarked
package dev.berth.provisioner.groupsnapshot;

import org.jspecify.annotations.NullMarked;
