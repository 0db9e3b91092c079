/**
 * What the API server does to an object before it stores it: fills in what was left out and refuses
 * what breaks a rule, each fault with field path, value and rule. Used by the cluster that has no
 * API server in front of it.
 */
@NullMarked
package dev.berth.provisioner.admission;

import org.jspecify.annotations.NullMarked;
