/**
 * Whether volumes and pools are well: facts from the disk and the kernel, and what they mean for
 * whoever uses the volume. It only looks; it never repairs, freezes or writes.
 */
@NullMarked
package dev.berth.storage.health;

import org.jspecify.annotations.NullMarked;
