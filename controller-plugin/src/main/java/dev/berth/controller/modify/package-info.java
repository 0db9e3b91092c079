/** ControllerModifyVolume: what may be changed about a volume while it lives, in use or not. */
@NullMarked
package dev.berth.controller.modify;

import org.jspecify.annotations.NullMarked;
