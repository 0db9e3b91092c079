/** CreateVolumeGroupSnapshot, DeleteVolumeGroupSnapshot and GetVolumeGroupSnapshot. */
@NullMarked
package dev.berth.controller.group;

import org.jspecify.annotations.NullMarked;
