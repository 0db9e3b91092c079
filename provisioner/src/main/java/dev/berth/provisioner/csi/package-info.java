/**
 * A CSI driver as the volume controller calls it, whoever's it is: over a channel, each call with
 * its deadline, each status read as the promise that it is. Also what Kubernetes says and CSI
 * expects in other words: access modes, and the parameters of a StorageClass.
 */
@NullMarked
package dev.berth.provisioner.csi;

import org.jspecify.annotations.NullMarked;
