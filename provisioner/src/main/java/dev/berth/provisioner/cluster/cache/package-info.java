/**
 * What clusters keep in memory: the objects of a kind with their indexes, and the watchers who are
 * told what changes.
 */
@NullMarked
package dev.berth.provisioner.cluster.cache;

import org.jspecify.annotations.NullMarked;
