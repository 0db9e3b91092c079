/** What is wrong with volumes and pools, as CSI's messages have it. */
@NullMarked
package dev.berth.csi.server.health;

import org.jspecify.annotations.NullMarked;
