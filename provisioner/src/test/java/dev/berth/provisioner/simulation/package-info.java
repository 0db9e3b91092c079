/**
 * The controllers under a seeded scheduler: real controllers over a cluster in memory and a model
 * of a CSI driver, in virtual time, one step of one of them at a time. A seed chooses who goes on,
 * what fails and who dies; invariants are checked after every step and at rest.
 */
@NullMarked
package dev.berth.provisioner.simulation;

import org.jspecify.annotations.NullMarked;
