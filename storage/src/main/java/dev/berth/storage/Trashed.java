package dev.berth.storage;

import java.time.Instant;
import java.util.Optional;

/**
 * A deleted volume that can still be had back.
 *
 * @param pool the operator's name of the pool in whose trash it lies
 * @param size what it would count in its pool again
 * @param held what it counts there now: the data that its image has on the disk
 * @param deleted when it went there
 * @param due when it is emptied at the latest; need for room may empty it before
 * @param claim whose it was
 */
public record Trashed(
    VolumeId id,
    PoolName pool,
    Bytes size,
    Bytes held,
    Instant deleted,
    Instant due,
    Optional<Claim> claim) {}
