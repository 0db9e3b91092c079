package dev.berth.storage.linux;

/** All that this driver asks of the kernel, in one hand-over. */
public record Linux(
    Mounts mounts,
    LoopDevices loops,
    FileCalls files,
    FilesystemGrowth growth,
    Programs programs) {}
