/**
 * The container image, run by a real engine: without a network, on a read-only root, and with no
 * more privilege than a test of it needs.
 */
@NullMarked
package dev.berth.e2e.image;

import org.jspecify.annotations.NullMarked;
