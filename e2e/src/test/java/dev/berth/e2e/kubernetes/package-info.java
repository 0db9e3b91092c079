/**
 * The driver in a real Kubernetes, as {@code ./dev cluster} starts it, driven with kubectl as its
 * users do. One cluster with the driver in it is shared by all tests of a run; each test has a
 * namespace of its own, and what is left in it when the test ends is a failure.
 */
@NullMarked
package dev.berth.e2e.kubernetes;

import org.jspecify.annotations.NullMarked;
