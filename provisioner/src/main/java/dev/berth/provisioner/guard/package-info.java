/**
 * Whether claims may be bound directly: only while the admission policy is in force that keeps
 * kube-controller-manager from marking such claims Lost.
 */
@NullMarked
package dev.berth.provisioner.guard;

import org.jspecify.annotations.NullMarked;
