/**
 * How much room there is on this node, as CSIStorageCapacity objects for whoever places pods and
 * claims: one for each class of the driver, named after class and node.
 */
@NullMarked
package dev.berth.provisioner.capacity;

import org.jspecify.annotations.NullMarked;
