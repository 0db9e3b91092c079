/** Attaching images: the way from a volume in a pool to a block device, and back. */
@NullMarked
package dev.berth.storage.image;

import org.jspecify.annotations.NullMarked;
