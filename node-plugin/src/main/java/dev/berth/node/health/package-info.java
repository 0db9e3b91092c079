/** NodeGetVolumeHealth and NodeGetStorageHealth: what this node sees. */
@NullMarked
package dev.berth.node.health;

import org.jspecify.annotations.NullMarked;
