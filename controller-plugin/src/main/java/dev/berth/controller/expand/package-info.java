/** ControllerExpandVolume: the image grows here, the filesystem in NodeExpandVolume. */
@NullMarked
package dev.berth.controller.expand;

import org.jspecify.annotations.NullMarked;
