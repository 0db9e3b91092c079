/** NodeGetInfo and NodeGetCapabilities. */
@NullMarked
package dev.berth.node.info;

import org.jspecify.annotations.NullMarked;
