/**
 * NodePublishVolume: the staged filesystem, or the device node of a block volume, bound to one more
 * path.
 */
@NullMarked
package dev.berth.node.publish;

import org.jspecify.annotations.NullMarked;
