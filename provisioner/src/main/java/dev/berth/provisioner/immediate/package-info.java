/**
 * Claims of local pools that wait for no pod: somebody must say on which node their volume is made.
 * {@code NodeChoice} says which has most room, {@code ImmediateController} writes it where the
 * scheduler would, in the annotation {@code volume.kubernetes.io/selected-node}.
 */
@NullMarked
package dev.berth.provisioner.immediate;

import org.jspecify.annotations.NullMarked;
