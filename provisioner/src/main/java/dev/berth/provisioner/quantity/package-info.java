/**
 * Sizes as Kubernetes writes them ({@code 320Mi}) and as CSI counts them (bytes): one value between
 * the two.
 */
@NullMarked
package dev.berth.provisioner.quantity;

import org.jspecify.annotations.NullMarked;
