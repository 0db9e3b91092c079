/**
 * The finalizers that keep what is in use: claims while pods use them or others are made of them,
 * PVs while they are bound. Where there is a kube-controller-manager, it does this.
 */
@NullMarked
package dev.berth.provisioner.protection;

import org.jspecify.annotations.NullMarked;
