/**
 * {@code berth up} with many claims and pods: that it settles, starts again quickly, and does
 * nothing while nothing changes. The figures are printed.
 */
@NullMarked
package dev.berth.e2e.scale;

import org.jspecify.annotations.NullMarked;
