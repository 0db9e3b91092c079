package dev.berth.storage.linux;

/** All that this driver asks of the kernel, in one hand-over. */
public record Linux(
    Mounts mounts,
    LoopDevices loops,
    FileCalls files,
    FilesystemGrowth growth,
    Programs programs,
    ProjectQuotas quotas,
    Freezes freezes,
    Subvolumes subvolumes) {

  /** The kernel that this process runs on; loading the C library takes a tenth of a second. */
  public static Linux real() {
    Kernel kernel = Kernel.load();
    OpenFileLocks locks = new OpenFileLocks(kernel);
    FileCalls files = new LinuxFileCalls(kernel, locks);
    return new Linux(
        new LinuxMounts(kernel),
        new LinuxLoopDevices(kernel, locks),
        files,
        new LinuxFilesystemGrowth(kernel, files),
        new LinuxPrograms(),
        new LinuxProjectQuotas(kernel, new QuotaControl(kernel, files)),
        new LinuxFreezes(kernel),
        new LinuxSubvolumes(kernel, files));
  }
}
