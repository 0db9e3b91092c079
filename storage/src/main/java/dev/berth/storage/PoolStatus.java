package dev.berth.storage;

import java.nio.file.Path;

/** One pool and how it is. */
public record PoolStatus(PoolName name, Path directory, PoolHealth health) {}
