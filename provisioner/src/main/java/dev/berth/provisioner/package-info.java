/**
 * The volume controller: what turns claims into volumes and volumes into mounts. {@link
 * dev.berth.provisioner.VolumeController} puts the parts together; each part is a package of its
 * own.
 */
@NullMarked
package dev.berth.provisioner;

import org.jspecify.annotations.NullMarked;
