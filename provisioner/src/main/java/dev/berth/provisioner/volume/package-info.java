/**
 * The life of a PV once it exists: its phase, and what its reclaim policy makes of it when its
 * claim is gone. {@code VolumeDecision} says what comes next, {@code PersistentVolumeController}
 * does it; before anything is deleted, claim and PV are read from where they are kept.
 */
@NullMarked
package dev.berth.provisioner.volume;

import org.jspecify.annotations.NullMarked;
