/**
 * What becomes of claims and volumes whose node, or whose volume, is gone. Nothing here deletes
 * data: the pools of a node that comes back are as they were.
 */
@NullMarked
package dev.berth.provisioner.lost;

import org.jspecify.annotations.NullMarked;
