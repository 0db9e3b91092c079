/**
 * Inline ephemeral volumes: made when they are published, gone when they are unpublished, and swept
 * at the start when the node ended in between.
 */
@NullMarked
package dev.berth.node.ephemeral;

import org.jspecify.annotations.NullMarked;
