/**
 * NodeExpandVolume: the loop device, and the mounted filesystem in it, grow to the size that the
 * image has.
 */
@NullMarked
package dev.berth.node.expand;

import org.jspecify.annotations.NullMarked;
