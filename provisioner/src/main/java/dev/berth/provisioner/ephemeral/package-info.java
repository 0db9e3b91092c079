/**
 * Generic ephemeral volumes on one machine: the claim of each is made with its pod and deleted when
 * the pod is gone. In a cluster kube-controller-manager does both.
 */
@NullMarked
package dev.berth.provisioner.ephemeral;

import org.jspecify.annotations.NullMarked;
