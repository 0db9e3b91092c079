/**
 * {@code berth serve}: what runs on each node of a Kubernetes cluster, in one process: the CSI
 * services on the kubelet's sockets, the registration with the kubelet, the volume controller for
 * this node and, under a Lease, for the cluster, and the endpoint for probes and metrics.
 */
@NullMarked
package dev.berth.program.serve;

import org.jspecify.annotations.NullMarked;
