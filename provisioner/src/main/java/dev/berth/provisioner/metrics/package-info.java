/**
 * What the controllers count and measure: the catalogue of metrics, with the names that Kubernetes'
 * own programs give them, and the port through which they are reported.
 */
@NullMarked
package dev.berth.provisioner.metrics;

import org.jspecify.annotations.NullMarked;
