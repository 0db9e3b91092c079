/**
 * The daemon is killed at random instants while users make, mount, fill, grow and delete volumes;
 * after each restart the objects, the pool and the kernel must agree, and what was acknowledged
 * must be there.
 */
@NullMarked
package dev.berth.e2e.sigkill;

import org.jspecify.annotations.NullMarked;
