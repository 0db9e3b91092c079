package dev.berth.storage.health;

import dev.berth.storage.PoolName;

/**
 * Something that is wrong with a pool.
 *
 * @param unreachable whether nothing of it can be reached; else it works, and not at its best
 * @param reason a CamelCase word for machines; a pool has each at most once
 * @param message for people: what was found, and what to do
 */
public record PoolAilment(PoolName pool, boolean unreachable, String reason, String message) {}
