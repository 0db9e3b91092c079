/** ControllerGetVolumeHealth and ControllerListVolumeHealth. */
@NullMarked
package dev.berth.controller.health;

import org.jspecify.annotations.NullMarked;
