/**
 * Power cuts: the pool lies on a loop-backed filesystem whose backing file is cloned at random
 * instants, and each clone is what the disk would have held had the power failed just then.
 */
@NullMarked
package dev.berth.e2e.powercut;

import org.jspecify.annotations.NullMarked;
