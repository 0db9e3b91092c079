/** NodeGetVolumeStats: how full a volume is. */
@NullMarked
package dev.berth.node.stats;

import org.jspecify.annotations.NullMarked;
