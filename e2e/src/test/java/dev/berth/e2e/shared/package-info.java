/** Several processes as the nodes of one shared pool: one writer of an image, whatever happens. */
@NullMarked
package dev.berth.e2e.shared;

import org.jspecify.annotations.NullMarked;
