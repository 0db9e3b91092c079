/** NodeUnstageVolume: unmounted and detached, also when the volume itself is gone. */
@NullMarked
package dev.berth.node.unstage;

import org.jspecify.annotations.NullMarked;
