/**
 * NodeStageVolume: the image is attached to a loop device, and its filesystem mounted for the whole
 * node.
 */
@NullMarked
package dev.berth.node.stage;

import org.jspecify.annotations.NullMarked;
