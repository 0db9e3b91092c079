/**
 * Power loss at every write boundary: what Berth wrote is recorded write by write below the pool's
 * filesystem, and the disk as it was after each of them is mounted, adopted and checked.
 */
@NullMarked
package dev.berth.e2e.powerloss;

import org.jspecify.annotations.NullMarked;
