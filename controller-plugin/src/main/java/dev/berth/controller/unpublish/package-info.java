/** ControllerUnpublishVolume: a node may not use a volume of a shared pool any more. */
@NullMarked
package dev.berth.controller.unpublish;

import org.jspecify.annotations.NullMarked;
