/**
 * Long work in the kernel: one changing operation per volume at a time, on a bounded pool of
 * platform threads, because a native call holds the carrier of a virtual thread.
 */
@NullMarked
package dev.berth.csi.server.work;

import org.jspecify.annotations.NullMarked;
