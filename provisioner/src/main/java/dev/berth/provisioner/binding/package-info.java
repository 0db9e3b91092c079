/**
 * Which existing volume a claim gets, and how a volume says whose it is: kube-controller-manager's
 * rules for claims that are bound at once, kube-scheduler's for those that wait for their pod.
 * Everything here is pure.
 */
@NullMarked
package dev.berth.provisioner.binding;

import org.jspecify.annotations.NullMarked;
