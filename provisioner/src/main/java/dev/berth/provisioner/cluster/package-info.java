/**
 * Kubernetes as the controllers see it: one port, {@link dev.berth.provisioner.cluster.Cluster},
 * with reads from a cache, optimistic writes, ordered watches and events. The objects are fabric8's
 * models; nothing else of a Kubernetes client passes this line.
 */
@NullMarked
package dev.berth.provisioner.cluster;

import org.jspecify.annotations.NullMarked;
