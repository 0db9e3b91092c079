/**
 * From an unbound claim to a bound one. {@code ClaimDecision} says what comes next from what was
 * {@code Seen}; {@code ClaimController} does it, one effect at a time, and looks again, so that a
 * stop between any two effects is only a pause.
 */
@NullMarked
package dev.berth.provisioner.claim;

import org.jspecify.annotations.NullMarked;
