package dev.berth.storage;

import java.util.Optional;

/**
 * What the kernel counts of a directory volume.
 *
 * @param inodes empty where only bytes are counted
 * @param mostInodes how many it may have; empty when there is no limit
 */
public record DirectoryUsage(Bytes bytes, Optional<Long> inodes, Optional<Long> mostInodes) {}
