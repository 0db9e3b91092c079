/**
 * {@code berth csi}: the CSI services alone, over the pools of the command line, for any CO or
 * stock sidecar.
 */
@NullMarked
package dev.berth.program.csi;

import org.jspecify.annotations.NullMarked;
