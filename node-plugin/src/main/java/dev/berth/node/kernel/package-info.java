/** What the kernel says about a volume: its loop device, and what is mounted where. */
@NullMarked
package dev.berth.node.kernel;

import org.jspecify.annotations.NullMarked;
