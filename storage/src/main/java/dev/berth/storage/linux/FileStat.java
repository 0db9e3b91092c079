package dev.berth.storage.linux;

import dev.berth.storage.Bytes;
import java.util.Optional;

/**
 * What stat(2) tells about a file.
 *
 * @param permissions the low twelve bits of st_mode
 * @param size its length
 * @param allocated what it takes on the disk ({@code st_blocks} × 512)
 * @param node the device that a device node stands for
 */
public record FileStat(
    FileIdentity identity,
    FileKind kind,
    int permissions,
    Bytes size,
    Bytes allocated,
    Optional<DeviceNumber> node) {}
