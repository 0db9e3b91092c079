/**
 * The scheduler of a single machine: it says for each pod whether the one node will do, in
 * kube-scheduler's words, tells claims that wait for their first consumer which node it is, and
 * places the pod once its claims are bound.
 */
@NullMarked
package dev.berth.provisioner.placement;

import org.jspecify.annotations.NullMarked;
