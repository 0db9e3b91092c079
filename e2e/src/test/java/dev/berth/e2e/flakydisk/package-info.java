/**
 * A pool whose disk fails for a while, by dm-flakey: what callers are told, what is left, and how
 * it goes on when the disk is well again.
 */
@NullMarked
package dev.berth.e2e.flakydisk;

import org.jspecify.annotations.NullMarked;
