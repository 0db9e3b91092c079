/**
 * The cluster behind a Kubernetes API server: every request goes through one {@link
 * dev.berth.provisioner.cluster.kubernetes.ApiConnection}, reads come from caches that follow the
 * server by list and watch. Begin with {@link
 * dev.berth.provisioner.cluster.kubernetes.KubernetesCluster}.
 */
@NullMarked
package dev.berth.provisioner.cluster.kubernetes;

import org.jspecify.annotations.NullMarked;
