/**
 * Growing claims: the controller's half, up to the point where the node must grow the filesystem.
 * The state is in the claim's status as the API defines it (KEP-1790), so a restart goes on where
 * it was. The volume manager of the node finishes what is left {@code NodeResizePending}.
 */
@NullMarked
package dev.berth.provisioner.expansion;

import org.jspecify.annotations.NullMarked;
