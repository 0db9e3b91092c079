/**
 * Linux system calls as small typed interfaces: mounts, loop devices, files, growth of mounted
 * filesystems, and programs. This package and those below it are the only ones that see jnr.
 *
 * <p>Every method blocks until the kernel has answered, and a native call holds the carrier of a
 * virtual thread: callers run what may take long (mount, unmount, attach, detach, allocate, sync,
 * growth, programs) on a bounded pool of platform threads. A call that the kernel refuses throws
 * {@link dev.berth.storage.VolumeException.SystemCallFailed}, which names call, arguments and
 * errno.
 */
@NullMarked
package dev.berth.storage.linux;

import org.jspecify.annotations.NullMarked;
