/**
 * NodeUnpublishVolume: a bind mount and its mount point are taken away, also when the volume itself
 * is gone.
 */
@NullMarked
package dev.berth.node.unpublish;

import org.jspecify.annotations.NullMarked;
