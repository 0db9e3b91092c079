/** ControllerGetVolume: one volume as it is now. */
@NullMarked
package dev.berth.controller.get;

import org.jspecify.annotations.NullMarked;
