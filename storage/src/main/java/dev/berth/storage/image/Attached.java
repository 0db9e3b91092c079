package dev.berth.storage.image;

import dev.berth.storage.linux.LoopDevice;

/**
 * An attached volume.
 *
 * @param isNew whether it was not attached before
 */
public record Attached(LoopDevice device, boolean isNew) {}
