/**
 * The cluster of a machine that has no Kubernetes: objects in one SQLite file, with the API
 * server's rules. One thread writes, in batches, each forced to disk before it is answered or seen;
 * reads come from memory. Begin with {@link
 * dev.berth.provisioner.cluster.embedded.EmbeddedCluster}.
 */
@NullMarked
package dev.berth.provisioner.cluster.embedded;

import org.jspecify.annotations.NullMarked;
