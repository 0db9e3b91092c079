/**
 * Pools and the volumes in them. A reader starts at {@link dev.berth.storage.Pools}, the front
 * door, and at {@code docs/pool-format.md}; everything that is not public here is how one pool
 * keeps its promises on disk. The types know nothing of gRPC, of Kubernetes or of system calls.
 */
@NullMarked
package dev.berth.storage;

import org.jspecify.annotations.NullMarked;
