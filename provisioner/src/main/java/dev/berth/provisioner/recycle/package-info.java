/**
 * Emptying volumes of the reclaim policy Recycle: the contents go, the folder itself stays, and no
 * symbolic link leads out of it. As in Kubernetes only hostPath and nfs have it.
 */
@NullMarked
package dev.berth.provisioner.recycle;

import org.jspecify.annotations.NullMarked;
