/**
 * NFS by the kernel's own client, without mount.nfs(8): {@link dev.berth.program.nfs.NfsMounts}
 * mounts and unmounts. Whatever may wait for a server does so on a thread of a bounded pool, and
 * nobody waits for that longer than a deadline.
 */
@NullMarked
package dev.berth.program.nfs;

import org.jspecify.annotations.NullMarked;
