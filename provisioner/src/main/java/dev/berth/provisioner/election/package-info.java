/**
 * Who does a duty that one instance at a time may do: elections by Lease, which a loser joins again
 * and a closing winner gives up at once.
 */
@NullMarked
package dev.berth.provisioner.election;

import org.jspecify.annotations.NullMarked;
