/**
 * Linux in memory, for tests and dry runs: mounts and loop devices that are only written down, held
 * to the same contract tests as the kernel's; and a wrapper that makes any Linux fail where a test
 * wants it to. Files are real ones: a temporary directory is the best fake of a directory.
 */
@NullMarked
package dev.berth.storage.linux.recorded;

import org.jspecify.annotations.NullMarked;
