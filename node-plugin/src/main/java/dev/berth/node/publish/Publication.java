package dev.berth.node.publish;

import dev.berth.csi.server.request.Capability;
import dev.berth.csi.server.request.MountOptions;
import dev.berth.storage.Volume;
import dev.berth.storage.linux.LoopDevice;
import java.nio.file.Path;

/**
 * What is to be published.
 *
 * @param source the staged directory, or the device node
 * @param place where it shall appear
 */
record Publication(
    Volume volume,
    LoopDevice device,
    Path source,
    Path place,
    MountOptions options,
    Capability capability) {}
